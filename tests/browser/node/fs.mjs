// As much of node:fs as tests/client uses: files come from the server that the page comes from, at once.

export function readFileSync(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  if (request.status !== 200) throw new Error(`${url}: ${request.status}`);
  return request.responseText;
}

export const readdirSync = (url) => JSON.parse(readFileSync(`${url}/`));
