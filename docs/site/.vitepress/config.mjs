import { slug } from "github-slugger";
import { defineConfig } from "vitepress";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const pages = "../..";

/** The title of a page is its first heading. */
function titled(page) {
  const text = readFileSync(new URL(`${pages}/${page}.md`, import.meta.url), "utf8");
  return { text: text.match(/^# (.*)$/m)[1].replaceAll("`", ""), link: `/${page}` };
}

const repository = readFileSync(new URL("../../../pom.xml", import.meta.url), "utf8").match(/<project.repository>(.*)</)[1];

/** Links out of docs, to sources and models, lead to the repository. */
function linkRepository(markdown) {
  markdown.core.ruler.push("repository", ({ tokens }) => {
    for (const each of tokens.flatMap((token) => token.children ?? [])) {
      const href = each.type === "link_open" ? each.attrGet("href") : "";
      if (href.startsWith("../")) {
        each.attrSet("href", href.replace("..", `${repository}/blob/main`));
      }
    }
  });
}

export default defineConfig({
  title: "Subpixel",
  description: "Super-resolution on the JVM: train, export to ONNX, upscale pictures and video",
  lang: "en-GB",
  base: process.env.SITE_BASE ?? "/",
  // The pages are plain Markdown in docs, and this folder knows them; they don't know it.
  srcDir: "..",
  srcExclude: ["site/**"],
  rewrites: { "README.md": "index.md" },
  outDir: "../../target/site",
  cacheDir: "../../target/site-cache",
  // Those into the Javadoc, which is put beside the pages afterwards; check-html-links looks at all.
  ignoreDeadLinks: [/^\/?javadoc\//],
  // Links to headings are those that GitHub makes.
  markdown: { anchor: { slugify: (heading) => slug(heading) }, config: linkRepository },
  vite: {
    resolve: {
      // The pages lie outside of the folder that has node_modules.
      alias: [
        { find: /^vue$/, replacement: require.resolve("vue/dist/vue.runtime.esm-bundler.js") },
        { find: /^vue\/server-renderer$/, replacement: require.resolve("vue/server-renderer") },
      ],
    },
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Upscaling", link: "/upscaling" },
      { text: "Library", link: "/library" },
      { text: "Export", link: "/converting" },
      { text: "Training", link: "/training" },
      { text: "Javadoc", link: "/javadoc/index.html", target: "_self" },
    ],
    sidebar: [
      {
        text: "Pictures and clips",
        items: ["install", "upscaling", "video", "service", "spark", "picture-files", "gallery", "devices", "benchmarks"].map(titled),
      },
      {
        text: "JVM applications",
        items: [...["library", "api", "other-languages"].map(titled), { text: "Javadoc", link: "/javadoc/index.html", target: "_self" }],
      },
      {
        text: "Networks",
        items: ["deeplearning4j-to-python", "converting", "supported-ops", "adding-an-operator"].map(titled),
      },
      {
        text: "Models",
        items: ["models", "training", "trainer-library", "degradations", "conformance", "experiments"].map(titled),
      },
      { text: "Subpixel itself", items: ["architecture", "releasing"].map(titled) },
    ],
  },
});
