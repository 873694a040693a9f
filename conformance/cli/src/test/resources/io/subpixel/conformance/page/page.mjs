// node page.mjs NODE_MODULES CHROMIUM ADDRESS INPUTS EXPECTED OUT GUARDED TOKEN RESTART
// Drives the service's page as a person would. EXPECTED has what the command makes of INPUTS; screenshots go to OUT.
// GUARDED is the address of a service that wants TOKEN and takes a megabyte; RESTART starts it again.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";

const [modules, executablePath, address, inputs, expected, out, guarded, token, restart] = process.argv.slice(2);
const { chromium } = createRequire(modules + "/")("playwright-core");
const PATIENCE = 30_000;

let browser;
let context;
let page;

before(async () => {
  await mkdir(out, { recursive: true });
  // Its sandbox needs rights that containers and root lack; it sees our page alone.
  browser = await chromium.launch({ executablePath, chromiumSandbox: false });
});
after(() => browser?.close());

const models = () => page.locator("select[name=model] option").nth(1).waitFor({ state: "attached" });

async function open(options = {}, at = address) {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1000, height: 720 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  page = await context.newPage();
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("request", (request) => page.asked.add(new URL(request.url()).origin));
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  page.errors = [];
  page.asked = new Set();
  await page.goto(at);
  if (at === address) {
    await models();
  }
}

async function openGuarded() {
  await open({}, guarded);
  await say(token);
  await models();
}

const say = async (secret) => {
  await page.locator("#token").fill(secret);
  await page.keyboard.press("Enter");
};
beforeEach(() => open());

const entry = (name) => page.locator("#queue li", { hasText: name });
const button = (name, label) => entry(name).getByRole("button", { name: label });
const add = (...names) => page.setInputFiles("#files", names.map((name) => `${inputs}/${name}`));
const until = async (condition, what) => {
  for (const end = Date.now() + PATIENCE; !await condition();) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

async function download(click) {
  const [file] = await Promise.all([page.waitForEvent("download"), click]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Drops files of the disk, as the system's file manager would. */
async function drop(...names) {
  const session = await context.newCDPSession(page);
  const box = await page.locator("#drop").boundingBox();
  const data = { items: [], files: names.map((name) => `${inputs}/${name}`), dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: box.x + 20, y: box.y + 20, data });
  }
}

async function compare(name) {
  await button(name, "Compare").click();
  await until(() => page.locator("#after").evaluate((image) => image.complete && image.naturalWidth > 0), "the images");
  await page.locator("#zoom").filter({ hasText: "%" }).waitFor();
}

const zoom = async () => parseInt(await page.locator("#zoom").textContent(), 10);
const transform = () => page.locator("#after").evaluate((image) => image.style.transform);

/** Whether the columns of the stage look like those of the result, at one pixel each. */
async function looksLikeTheResult(from, to) {
  const box = await page.locator("#after").boundingBox();
  const clip = { x: box.x + from * box.width, y: box.y, width: (to - from) * box.width, height: box.height };
  const shot = (await page.screenshot({ clip })).toString("base64");
  return page.evaluate(async ([shot, left]) => {
    const pixels = async (image, at, width, height) => {
      const canvas = new OffscreenCanvas(width, height).getContext("2d");
      canvas.drawImage(image, at, 0, width, height, 0, 0, width, height);
      return canvas.getImageData(0, 0, width, height).data;
    };
    const bytes = Uint8Array.from(atob(shot), (character) => character.charCodeAt(0));
    const seen = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const a = await pixels(seen, 0, seen.width, seen.height);
    const b = await pixels(document.getElementById("after"), left, seen.width, seen.height);
    return a.every((value, i) => Math.abs(value - b[i]) <= 1);
  }, [shot, Math.round(from * box.width)]);
}

test("dropped files become results whose bytes are the command's", async () => {
  await drop("drawn.png", "photo.jpg");
  for (const name of ["drawn.png", "photo.jpg"]) {
    await button(name, "Download").waitFor();
  }
  await page.getByRole("status").filter({ hasText: "2 of 2 done" }).waitFor();
  const drawn = await download(button("drawn.png", "Download").click());
  assert.equal(drawn.name, "drawn-320x240.png");
  assert.ok(drawn.bytes.equals(await readFile(`${expected}/drawn.png`)));
  const all = await download(page.getByRole("button", { name: "Download zip" }).click());
  assert.equal(all.name, "subpixel.zip");
  for (const name of ["drawn.png", "photo.jpg"]) {
    const bytes = await readFile(`${expected}/${name}`);
    assert.ok(all.bytes.includes(bytes), `${name} in the zip`);
  }
  await writeFile(`${out}/all.zip`, all.bytes);
  assert.deepEqual([...page.asked].filter((origin) => origin !== "null"), [new URL(address).origin]);
  assert.deepEqual(page.errors, []);
});

test("a dropped folder brings its images", async () => {
  await drop("folder");
  await button("inner.png", "Download").waitFor();
  assert.equal(await page.locator("#queue li").count(), 1);
});

test("an image of the clipboard is upscaled", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const png = (await readFile(`${inputs}/drawn.png`)).toString("base64");
  await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
  }, png);
  await page.keyboard.press("Control+V");
  await entry("image.png").getByText("160×120 → 320×240").waitFor();
});

test("options of the command reach the service", async () => {
  await page.getByLabel("and height").fill("200");
  await page.getByLabel("Format").selectOption("webp");
  await page.getByLabel("Quality").fill("60");
  assert.ok(await page.getByLabel("Scale").isDisabled());
  await add("drawn.png");
  const file = await download(button("drawn.png", "Download").click());
  assert.equal(file.name, "drawn-267x200.webp");
  assert.ok(file.bytes.equals(await readFile(`${expected}/drawn.webp`)));
});

test("strength is offered for models that have one", async () => {
  const strength = page.getByLabel("Strength");
  const offered = async (model) => {
    await page.getByLabel("Model").selectOption(model);
    return strength.isEnabled();
  };
  assert.equal(await offered("photo-x2"), true);
  assert.equal(await offered("sesr-m5-x2"), false);
  await offered("photo-x2");
  await strength.fill("0.5");
  await add("photo.jpg");
  await entry("photo.jpg").getByText("by photo-x2 at strength 0.5").waitFor();
});

test("errors are the command's, and others go on", async () => {
  await add("broken.png", "drawn.png");
  const line = await readFile(`${expected}/broken.txt`, "utf8");
  await entry("broken.png").locator(".error").waitFor();
  const said = await entry("broken.png").locator(".error").textContent();
  assert.equal(said.match(/expected .*/)[0], line.match(/expected .*/)[0]);
  await button("drawn.png", "Download").waitFor();
  await button("broken.png", "Remove").click();
  assert.equal(await page.locator("#queue li").count(), 1);
});

test("what is cancelled ends in the service too", async () => {
  const created = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByLabel("Scale").selectOption("8");
  await add("large.png");
  const { location } = (await created).headers();
  const job = () => page.evaluate(async (path) => (await fetch(path)).status, location);
  assert.equal(await job(), 200);
  await entry("large.png").getByText("left").waitFor();
  assert.ok(await entry("large.png").getByRole("progressbar").evaluate((bar) => bar.value > 0));
  await button("large.png", "Cancel").click();
  await entry("large.png").getByText("cancelled", { exact: true }).waitFor();
  await until(async () => await job() === 404, "the job's end");
  assert.equal(await button("large.png", "Again").evaluate((it) => it === document.activeElement), true);
});

test("a large file tells how much of it is sent", async () => {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions",
    { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 });
  await page.setInputFiles("#files", { name: "noise.png", mimeType: "image/png", buffer: Buffer.alloc(600_000) });
  await entry("noise.png").getByText(/^sending, [1-9]\d? %$/).waitFor();
  await entry("noise.png").locator(".error").waitFor();
});

test("what the browser cannot show has a line instead of a comparison", async () => {
  await page.getByLabel("Format").selectOption("tiff");
  await add("drawn.png");
  await entry("drawn.png").getByText("This browser cannot show both").waitFor();
  assert.equal(await button("drawn.png", "Compare").count(), 0);
});

test("the token is asked for until it is right", async () => {
  await open({}, guarded);
  await say("0000000000000000");
  await say(token);
  await models();
  await page.reload();
  await models();
});

test("a file above the limit is not sent", async () => {
  await openGuarded();
  const sent = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await page.setInputFiles("#files", { name: "huge.png", mimeType: "image/png", buffer: Buffer.alloc(1_048_577) });
  await entry("huge.png").getByText("body: expected at most 1048576 bytes, received 1048577").waitFor();
  assert.deepEqual(sent, []);
});

test("a job goes on after the service is started again", async () => {
  await openGuarded();
  await page.getByLabel("Scale").selectOption("8");
  await add("middle.jpg");
  await entry("middle.jpg").getByText("left").waitFor();
  assert.equal((await fetch(restart)).status, 200);
  await entry("middle.jpg").getByText("400×300 → 3200×2400").waitFor({ timeout: 3 * PATIENCE });
});

test("left of the line is the image before, right of it the one after", async () => {
  await add("drawn.png");
  await compare("drawn.png");
  await page.keyboard.press("1");
  assert.equal(await zoom(), 100);
  assert.equal(await looksLikeTheResult(0.6, 1), true);
  assert.equal(await looksLikeTheResult(0, 0.4), false);
  const stage = await page.locator("#stage").boundingBox();
  const height = stage.y + stage.height / 2;
  await page.mouse.move(stage.x + stage.width / 2, height);
  await page.mouse.down();
  await page.mouse.move(stage.x + 5, height, { steps: 3 });
  await page.mouse.up();
  assert.ok(Number(await page.locator("#split").inputValue()) < 2);
  assert.equal(await looksLikeTheResult(0, 0.4), true);
});

test("the wheel zooms to pixels around the pointer, and dragging moves the image", async () => {
  await add("drawn.png");
  await compare("drawn.png");
  const whole = await zoom();
  const stage = await page.locator("#stage").boundingBox();
  const [x, y] = [stage.x + stage.width / 4, stage.y + stage.height / 4];
  const under = () => page.locator("#after").evaluate((image, [x, y]) => {
    const box = image.getBoundingClientRect();
    return [(x - box.x) / box.width, (y - box.y) / box.height];
  }, [x, y]);
  await page.mouse.move(x, y);
  const point = await under();
  await page.mouse.wheel(0, -800);
  await until(async () => await zoom() > 4 * whole, "a larger zoom");
  (await under()).forEach((part, i) => assert.ok(Math.abs(part - point[i]) < 0.01));
  assert.equal(await page.locator("#after").evaluate((image) => getComputedStyle(image).imageRendering), "pixelated");
  const before = await transform();
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 10);
  await page.mouse.up();
  assert.notEqual(await transform(), before);
});

test("by keyboard alone", async () => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "files");
  // On a busy machine, Chromium may drop a key that comes before it has drawn the focus.
  let chooser;
  for (let i = 0; i < 5 && !chooser; i++) {
    const opened = page.waitForEvent("filechooser", { timeout: 6000 }).catch(() => undefined);
    await page.keyboard.press("Space");
    chooser = await opened;
  }
  assert.ok(chooser, "the space bar opens the file chooser");
  await chooser.setFiles(`${inputs}/drawn.png`);
  await button("drawn.png", "Compare").waitFor();
  const reach = async (label) => {
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.ariaLabel) === label) {
        return;
      }
    }
    assert.fail(`no way to ${label}`);
  };
  await reach("Compare drawn.png");
  await page.keyboard.press("Enter");
  await page.locator("#stage:focus").waitFor();
  await page.keyboard.press("1");
  assert.equal(await zoom(), 100);
  await page.keyboard.press("+");
  assert.equal(await zoom(), 150);
  const before = await transform();
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await transform(), before);
  await page.keyboard.press("Shift+ArrowRight");
  assert.equal(await page.locator("#split").inputValue(), "52");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), "Compare drawn.png");
  await reach("Download drawn.png");
  const file = await download(page.keyboard.press("Enter"));
  assert.ok(file.bytes.equals(await readFile(`${expected}/drawn.png`)));
});

test("two fingers zoom", async () => {
  await open({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await add("drawn.png", "broken.png");
  await button("broken.png", "Again").waitFor();
  await compare("drawn.png");
  const whole = await zoom();
  const stage = await page.locator("#stage").boundingBox();
  const [x, y] = [stage.x + stage.width / 4, stage.y + stage.height / 2];
  const session = await context.newCDPSession(page);
  const touch = (type, ...xs) => session.send("Input.dispatchTouchEvent",
    { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
  await touch("touchStart", x - 20, x + 20);
  await touch("touchMove", x - 40, x + 40);
  await touch("touchMove", x - 60, x + 60);
  await touch("touchEnd");
  await until(async () => Math.abs(await zoom() - 3 * whole) < 0.1 * whole, "three times the zoom");
});

test("a clip shows its frames while they are made, then plays", async () => {
  // The slowest, so that the page asks for a frame before the clip is done.
  await page.getByLabel("Model").selectOption("photo-x2");
  const frame = page.waitForResponse((response) => response.url().endsWith("/preview") && response.ok());
  await add("clip.mp4");
  assert.equal((await frame).headers()["content-type"], "image/jpeg");
  await entry("clip.mp4").locator("img.preview").waitFor();
  await button("clip.mp4", "Watch").click();
  await page.getByRole("dialog").locator("img, video").filter({ visible: true }).waitFor();
  await page.screenshot({ path: `${out}/watch.png` });
  const playing = page.locator("video#film");
  await playing.waitFor();
  await until(() => playing.evaluate((video) => video.readyState >= 2), "a clip that plays");
  assert.deepEqual(await playing.evaluate((video) => [video.videoWidth, video.videoHeight]), [320, 184]);
  await page.keyboard.press("Escape");
  const file = await download(button("clip.mp4", "Download").click());
  assert.equal(file.name, "clip-320x184.mp4");
  assert.deepEqual(page.errors, []);
});

test("it looks well", async () => {
  const shown = (await readdir(`${inputs}/shown`)).sort();
  await open({ deviceScaleFactor: 2 });
  await add("broken.png", ...shown.map((name) => `shown/${name}`));
  for (const name of shown) {
    await button(name, "Download").waitFor();
  }
  await page.getByLabel("Scale").selectOption("8");
  await add("large.png", "drawn.png");
  await entry("large.png").getByText("left").waitFor();
  const shoot = async (what) => {
    for (const colorScheme of ["light", "dark"]) {
      for (const [width, height] of [[1000, 720], [360, 740]]) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        if (what === "compare") {
          await page.getByRole("button", { name: "Fit" }).click();
        }
        await page.screenshot({ path: `${out}/${what}-${colorScheme}-${width}.png`, fullPage: what === "queue" && width < 500 });
        const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(Number(back.match(/\d+/)[0]) > 128, colorScheme === "light");
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
      }
    }
  };
  await shoot("queue");
  await page.getByRole("button", { name: "Cancel all" }).click();
  await compare(shown[0]);
  await shoot("compare");
});
