import { fileURLToPath } from "node:url";
import { lingui, linguiTransformerBabelPreset } from "@lingui/vite-plugin";
import babel from "@rolldown/plugin-babel";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const SERVER = "http://127.0.0.1:8000";

export default defineConfig({
  // English stays in the code, so that each route brings its own words; other languages are catalogues of their own.
  plugins: [babel({ presets: [linguiTransformerBabelPreset({ descriptorFields: "message" })] }), react(), tailwindcss(), lingui()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    // Not `assets`: that is where the server keeps uploads.
    assetsDir: "client",
    assetsInlineLimit: 0,
    manifest: true,
    // The policy allows no inline scripts, and every browser that runs the rest preloads by itself.
    modulePreload: { polyfill: false },
    // A file costs a phone a turn on its line: the first load is one, and what pages share is not cut into an icon a file.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "first", tags: ["$initial"], priority: 1 },
            { name: "door", test: /areas[\\/]join[\\/]/, minShareCount: 2, includeDependenciesRecursively: false },
            { name: "icons", test: /lucide-react/, minShareCount: 2, includeDependenciesRecursively: false },
            { name: "controls", test: /src[\\/](ui|api)[\\/]/, minShareCount: 6, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/graphql", "/uploads", "/assets", "/tutorial/", "/static"].map((path) => [path, { target: SERVER, ws: true }]),
    ),
  },
});
