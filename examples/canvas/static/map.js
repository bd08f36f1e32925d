// What Python cannot do: draw on a canvas. For each element that has data-hook="map".
pycommunicate.hook("map", {
  mounted(canvas, channel) {
    // As many points as the screen has, and all else in parts of the width and the height.
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    canvas.onclick = ({ offsetX, offsetY }) =>
      channel.send("picked", { x: offsetX / canvas.clientWidth, y: offsetY / canvas.clientHeight });
  },

  draw(towns) {
    const { width, height } = this.element;
    const context = this.element.getContext("2d");
    const points = towns.map(([x, y]) => [x * width, y * height]);
    context.clearRect(0, 0, width, height);
    context.lineWidth = 2 * devicePixelRatio;
    context.strokeStyle = "#17594a";
    context.fillStyle = "#c0392b";
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.closePath();
    context.stroke();
    for (const [x, y] of points) {
      context.beginPath();
      context.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI);
      context.fill();
    }
  },
});
