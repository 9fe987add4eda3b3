import { defineConfig } from "vite";

export default defineConfig({
  base: "/studio/",
  publicDir: "public/studio",
  build: {
    target: "es2023",
    // The pages' policy lets no font come by a data URL.
    assetsInlineLimit: (file) => (/\.(?:woff2?|ttf)$/.test(file) ? false : undefined),
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Sizes are watched by test/blackbox/studio.test.ts, compressed and by route.
    chunkSizeWarningLimit: 2048,
    rolldownOptions: {
      onLog: (level, log, tell) => {
        // "use client" is said to frameworks that draw on a server.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") {
          tell(level, log);
        }
      },
    },
  },
});
