import { createRoot } from "react-dom/client";

import { App } from "./app.tsx";
import { takeKeyFromLink } from "./session/session.ts";

takeKeyFromLink();
const root = document.querySelector("#root");
if (root !== null) {
  createRoot(root).render(<App />);
}
