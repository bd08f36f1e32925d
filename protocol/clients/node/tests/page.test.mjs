/** Pages and the command line, against a server that says what the test wants; the rest is in the conformance kit. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { it, mock } from "node:test";
import { fileURLToPath } from "node:url";
import { TestServer, withPage } from "./server.mjs";

const BODY =
  "<p id=p>one</p><input id=i name=x><button id=b>Go</button>" +
  "<form method=post><input name=y value=ü><button id=s>Send</button></form>";
const MOVED = {
  "/old": (response) => response.writeHead(302, { Location: "/", "Set-Cookie": "on=way; Path=/" }).end(),
  "/303": (response) => response.writeHead(303, { Location: "/" }).end(),
  "/307": (response) => response.writeHead(307, { Location: "/" }).end(),
  "/round": (response) => response.writeHead(302, { Location: "/round" }).end(),
  "/slow": (response) => setTimeout(() => response.end("slow"), 100),
  "/text": (response) => response.setHeader("Content-Type", "text/plain").end("<b> is no markup"),
};

it(
  "follows redirects, and keeps cookies",
  withPage(
    BODY,
    async (server, page) => {
      await server.welcome();
      assert.deepEqual(
        server.loads.map(({ url }) => url),
        ["/old", "/"],
      );
      assert.equal(server.loads[1].headers.cookie, "on=way");
      assert.equal(page.url, `${server.origin}/#there`);
    },
    { at: "/old#there", paths: MOVED },
  ),
);

it(
  "sends a form anew where a redirect says so, and gives up redirects that do not end",
  withPage(
    BODY,
    async (server, page) => {
      for (const path of ["/303", "/307"])
        await page.load({ url: server.origin + path, body: new URLSearchParams("y=1") });
      const sent = server.loads.slice(1).map(({ method, url, body }) => `${method} ${url} ${body}`);
      assert.deepEqual(sent, ["POST /303 y=1", "GET / ", "POST /307 y=1", "POST / y=1"]);
      await assert.rejects(page.load({ url: `${server.origin}/round` }), /more than 20 redirects/);
    },
    { paths: MOVED },
  ),
);

it(
  "goes on with the document that was asked for last",
  withPage(
    BODY,
    async (server, page) => {
      await Promise.all(["/slow", "/text"].map((url) => page.load({ url: server.origin + url })));
      assert.equal(page.url, `${server.origin}/text`);
    },
    { paths: MOVED },
  ),
);

it(
  "makes a nonce for each document, and puts back what was typed",
  withPage(BODY, async (server, page) => {
    mock.method(Math, "random", () => 0);
    const first = await server.welcome();
    server.batch(["loaded"]);
    await page.fill("#i", "milk");
    server.send("bye", { code: "stopping", action: "reload", text: "the server stops" });
    await server.next("hello");
    server.send("refuse", { code: "gone", action: "reload", text: "gone" });
    const second = await server.welcome();
    assert.notEqual(first.nonce, second.nonce);
    assert.equal(page.text("#i"), "");
    server.batch(["loaded"]);
    await page.settled();
    assert.equal(page.text("#i"), "milk");
    mock.restoreAll();
  }),
);

it(
  "shows what is no HTML as text",
  withPage(
    BODY,
    (server, page) => {
      assert.equal(page.text(), "<b> is no markup");
      assert.equal(page.status, "static");
    },
    { at: "/text", paths: MOVED },
  ),
);

it(
  "settles when all that was done has been answered",
  withPage(BODY, async (server, page) => {
    await server.welcome();
    server.batch(["find", 1, 0, "#i"], ["listen", 7, -1, "input", {}], ["loaded"]);
    await server.next("reply");
    await page.fill("#i", "milk");
    const settled = page.settled().then(() => "settled");
    await server.next("event");
    assert.equal(await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 150, "waits"))]), "waits");
    server.send("ack", {});
    assert.equal(await settled, "settled");
    assert.equal(page.text("#i"), "milk");
  }),
);

it(
  "waits until there is something to click on",
  withPage(BODY, async (server, page) => {
    await server.welcome();
    const clicked = page.click("#late");
    server.batch(
      ["create", 1, 0, 0, "p"],
      ["find", 1, 0, "body"],
      ["create", 2, 0, -1, "button"],
      ["set", 2, "id", "late"],
    );
    await clicked;
    await assert.rejects(page.click("#never", 30), /#never has not come within 30 ms/);
  }),
);

it(
  "sends forms that nobody listens to",
  withPage(BODY, async (server, page) => {
    await server.welcome();
    await page.click("#s");
    assert.equal((await server.next("bye")).code, "left");
    assert.equal((await server.next("close")).code, 1000);
    await server.next("hello");
    const { method, headers, body } = server.loads[1];
    assert.deepEqual(
      [method, headers["content-type"], body],
      ["POST", "application/x-www-form-urlencoded;charset=UTF-8", "y=%C3%BC"],
    );
  }),
);

it(
  "tells that what was done last may not have been done",
  withPage(BODY, async (server, page, logged) => {
    await server.welcome();
    server.batch(["listen", 7, 0, "click", {}], ["loaded"]);
    await page.settled();
    await page.click("#b");
    await server.next("event");
    server.send("bye", { code: "stopping", action: "reload", text: "the server stops" });
    await server.next("hello");
    await page.click("#b");
    server.send("refuse", { code: "gone", action: "reload", text: "gone" });
    await server.welcome();
    assert.ok(logged.includes("what you did last may not have been done"));
  }),
);

it(
  "says why it has stopped",
  withPage(BODY, async (server, page) => {
    await server.welcome();
    server.send("bye", { code: "violation", action: "stop", text: "not today" });
    await server.next("close");
    await assert.rejects(page.settled(), /stopped: not today/);
  }),
);

it("takes commands, one a line", async () => {
  const server = await new TestServer(BODY).listen();
  const program = spawn(process.execPath, [fileURLToPath(new URL("../client.mjs", import.meta.url)), server.origin]);
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const say = async (line) => {
    program.stdin.write(`${line}\n`);
    return (await lines.next()).value;
  };
  try {
    assert.equal((await lines.next()).value, `open: ${server.origin}/`);
    await server.welcome();
    server.batch(["loaded"]);
    assert.equal(await say("fill #i two words"), "ok: fill #i two words");
    assert.equal(await say("click #b"), "ok: click #b");
    assert.equal(await say("text #i"), "text: two words");
    assert.equal(await say("dance"), "error: unknown: dance");
    assert.equal(await say("text"), "text: one | Go | Send");
    const ended = new Promise((resolve) => program.on("exit", resolve));
    program.stdin.write("quit\n");
    assert.equal((await server.next("bye")).code, "left");
    assert.equal(await ended, 0);
  } finally {
    program.kill();
    server.close();
  }
});
