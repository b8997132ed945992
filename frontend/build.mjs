// Builds frontend/dist: two style sheets, two scripts, one icon sprite, fonts. See README.md.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { transform } from "lightningcss";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = join(HERE, "..", "src", "thichinh");
const MODULES = join(HERE, "node_modules");
const DIST = join(HERE, "dist");
// Built beside the old one and moved in at the end, so that a page asked for meanwhile finds its files.
const NEXT = join(MODULES, `.dist-${process.pid}`);
const TARGETS = { chrome: 111 << 16, firefox: 121 << 16, safari: (16 << 16) | (4 << 8) };
const manifest = { files: {}, icons: [] };

const read = (path) => readFileSync(path, "utf8");
const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();

function walk(folder, extensions) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["tests", "__pycache__", "migrations"].includes(entry.name) ? [] : walk(path, extensions);
    return extensions.includes(extname(entry.name)) ? [path] : [];
  });
}

function emit(name, content) {
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}-${digest(content)}${extension}`;
  mkdirSync(dirname(join(NEXT, hashed)), { recursive: true });
  writeFileSync(join(NEXT, hashed), content);
  manifest.files[name] = hashed;
  return hashed;
}

// --- fonts -------------------------------------------------------------------------------------
// The order matters: of two faces that both cover a letter a browser takes the one written last,
// so Vietnamese letters never fetch the (larger) latin-ext file. The two faces every page loads keep
// what Vietnamese and Western European text needs; TrueType hints, which browsers of our TARGETS do
// without, are more than half of the original files.
const FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "lnum", "tnum"];

function letters() {
  const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
  const tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"];
  const vowels = [..."aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"].flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize("NFC")));
  return [...range(0x20, 0x7e), ...range(0xa0, 0xff), ...vowels, ..."đĐ", ...tones, ..."–—‑‘’“”…•·₫→←↑↓≤≥−×÷≠≈′″№™\u2009\u202f"].join("");
}

function slimmer(font, subset) {
  const common = { targetFormat: "woff2", noHinting: true, keepFeatures: FEATURES };
  return subset === "latin-ext" ? subsetFont(font, undefined, { ...common, keepAllGlyphs: true }) : subsetFont(font, letters(), common);
}

async function fontFaces() {
  const folder = join(MODULES, "@fontsource", "be-vietnam-pro");
  const faces = [400, 600].flatMap((weight) => ["latin-ext", "vietnamese", "latin"].map(async (subset) => {
    const file = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
    const block = read(join(folder, `${weight}.css`)).split("@font-face").find((part) => part.includes(file));
    const range = /unicode-range:\s*([^;]+);/.exec(block)[1];
    const url = emit(`fonts/${file}`, await slimmer(readFileSync(join(folder, "files", file)), subset));
    return `@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-display:swap;font-weight:${weight};src:url("${url}") format("woff2");unicode-range:${range}}`;
  }));
  return (await Promise.all(faces)).join("\n");
}

function printFonts() {
  const names = { "400Regular": "Regular", "700Bold": "Bold", "400Regular_Italic": "Italic", "700Bold_Italic": "BoldItalic" };
  for (const [folder, name] of Object.entries(names)) {
    const source = join(MODULES, "@expo-google-fonts", "tinos", folder, `Tinos_${folder}.ttf`);
    cpSync(source, join(NEXT, "fonts", `Tinos-${name}.ttf`));
  }
}

// --- icons -------------------------------------------------------------------------------------
const ICON_PATTERNS = [
  /\{%\s*icon\s+["']([a-z0-9-]+)["']/g, // {% icon "inbox" %}
  /\bicon\s*=\s*["']([a-z0-9-]+)["']/g, // {% include … with icon="inbox" %}, NavItem(icon="inbox")
  /["']icon["']\s*:\s*["']([a-z0-9-]+)["']/g, // {"icon": "inbox"}
  /\bicon\(\s*["']([a-z0-9-]+)["']/g, // icon("inbox") in Python and JavaScript
];

function usedIcons(files) {
  const used = new Set();
  for (const file of files) {
    const text = read(file);
    for (const pattern of ICON_PATTERNS) for (const match of text.matchAll(pattern)) used.add(match[1]);
  }
  return [...used].sort();
}

function symbol(id, svg, attributes) {
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
    .replace(/<path[^>]*d="M0 0h24v24H0z"[^>]*\/>/g, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${id}" ${attributes}>${body}</symbol>`;
}

function sprite(files) {
  const symbols = [];
  for (const name of usedIcons(files)) {
    const path = join(MODULES, "@tabler", "icons", "icons", "outline", `${name}.svg`);
    try {
      symbols.push(symbol(name, read(path), 'viewBox="0 0 24 24"'));
      manifest.icons.push(name);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      console.warn(`icon "${name}" is used but is not a Tabler outline icon`);
    }
  }
  symbols.push(symbol("mark", read(join(HERE, "marks", "mark.svg")), 'viewBox="0 0 48 48"'));
  emit("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  emit("favicon.svg", read(join(HERE, "marks", "mark.svg")).replace(/\s*\n\s*/g, ""));
}

// --- style sheets ------------------------------------------------------------------------------
const SAFE = {
  standard: ["html", "body", ":root", "is-invalid", "htmx-request", "htmx-indicator", "htmx-swapping", "htmx-settling", "htmx-added", "selected", "busy", /^s\d$/, /^s-/, /^width-/],
  deep: [/^leaflet/],
  greedy: [/data-bs-theme/],
};
const words = (content) => content.match(/[A-Za-z0-9_/:.-]*[A-Za-z0-9_/-]/g) ?? [];

/** Templates of the other surface (by what they extend) do not count; partials count for both. */
function contentFor(surface, files) {
  const other = surface === "public" ? "ui/base.html" : "ui/public.html";
  return files.filter((file) => !(extname(file) === ".html" && (file.endsWith(other) || read(file).includes(`extends "${other}"`))));
}

function minify(name, css) {
  const { code } = transform({ filename: name, code: Buffer.from(css), minify: true, targets: TARGETS });
  return code;
}

async function purge(css, files) {
  const [{ css: kept }] = await new PurgeCSS().purge({
    content: files,
    css: [{ raw: css }],
    safelist: SAFE,
    variables: true,
    keyframes: true,
    defaultExtractor: words,
  });
  return kept;
}

async function styles(surface, faces, files) {
  const framework = read(join(MODULES, "@tabler", "core", "dist", "css", "tabler.css"))
    .replace('@charset "UTF-8";', "").replaceAll(/\/\*[\s\S]*?\*\//g, "")
    // Navbar themes set by an attribute on <html>, which we never do, make selectors ten times longer.
    .replaceAll(/^(?:html|body)\[data-(?:bs-)?(?:navbar-)?theme=.*?\],?\s*$/gm, (line) => (line.trim().endsWith(",") ? "" : line));
  const own = ["tokens", "base", "controls", "components", "tables", "charts", surface, ...(surface === "official" ? ["one-stop"] : []), "print"].map((name) => read(join(HERE, "css", `${name}.css`))).join("\n");
  const purged = await purge(`@layer framework{${framework}}\n${own}`, contentFor(surface, files));
  emit(`${surface}.css`, minify(`${surface}.css`, `${faces}\n${purged}`));
}

function mapStyles() {
  const leaflet = read(join(MODULES, "leaflet", "dist", "leaflet.css")).replaceAll(/background-image:\s*url\(images[^;]+;/g, "").replaceAll(/behavior:\s*url[^;]+;/g, "");
  emit("map.css", minify("map.css", `@layer framework{${leaflet}}\n${read(join(HERE, "css", "map.css"))}`));
}

// --- scripts -----------------------------------------------------------------------------------
async function scripts() {
  const common = { bundle: true, minify: true, target: ["chrome111", "firefox121", "safari16.4"], legalComments: "none", outdir: NEXT, metafile: true, entryNames: "[name]-[hash]", logLevel: "warning" };
  const js = (name) => join(HERE, "js", `${name}.js`);
  const results = await Promise.all([
    build({ ...common, entryPoints: [js("theme")], format: "iife" }),
    build({ ...common, entryPoints: [js("public"), js("official"), js("map")], format: "esm" }),
  ]);
  for (const { metafile } of results) {
    for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
      if (entryPoint) manifest.files[basename(entryPoint)] = relative(NEXT, join(process.cwd(), output));
    }
  }
}

// --- the rest ----------------------------------------------------------------------------------
function licences() {
  const names = ["@tabler/core", "@tabler/icons", "@fontsource/be-vietnam-pro", "@expo-google-fonts/tinos", "htmx.org", "leaflet"];
  const parts = names.map((name) => {
    const folder = join(MODULES, name);
    const { version, license } = JSON.parse(read(join(folder, "package.json")));
    const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file)).map((file) => read(join(folder, file)));
    return `${name} ${version} (${license})\n\n${texts.join("\n\n")}`;
  });
  writeFileSync(join(NEXT, "licences.txt"), parts.join(`\n\n${"-".repeat(80)}\n\n`));
}

async function compress() {
  const files = walk(NEXT, [".css", ".js", ".svg"]);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  await Promise.all(files.map(async (file) => {
    const content = readFileSync(file);
    writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, brotli));
  }));
}

async function main() {
  const started = Date.now();
  rmSync(NEXT, { recursive: true, force: true });
  mkdirSync(NEXT, { recursive: true });
  const files = [...walk(SOURCES, [".html", ".py"]), ...walk(join(HERE, "js"), [".js"])];
  const faces = await fontFaces();
  printFonts();
  sprite(files);
  mapStyles();
  await Promise.all([styles("public", faces, files), styles("official", faces, files), scripts()]);
  licences();
  await compress();
  writeFileSync(join(NEXT, "manifest.json"), JSON.stringify(manifest, null, 1));
  rmSync(DIST, { recursive: true, force: true });
  renameSync(NEXT, DIST);
  const size = (name) => `${name} ${(readFileSync(join(DIST, `${manifest.files[name]}.br`)).length / 1024).toFixed(1)} kB`;
  console.log(`frontend/dist built in ${((Date.now() - started) / 1000).toFixed(1)} s (brotli): ${["public.css", "public.js", "official.css", "official.js", "map.js", "icons.svg"].map(size).join(", ")}`);
}

process.on("exit", () => rmSync(NEXT, { recursive: true, force: true }));
await main();
