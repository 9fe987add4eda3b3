/** The page at /docs: Scalar's reference on the published document, with the guide's chapters before it. */
import { type ApiDocument, type Chapter, withChapters } from "./chapters.ts";
import { followHeadings } from "./headings.ts";
import { type Settings, readSettings, withSettings } from "./settings.ts";

interface Scalar {
  createApiReference(place: Element, configuration: object): unknown;
}

declare const Scalar: Scalar;

void show();

async function show(): Promise<void> {
  const place = document.querySelector("#docs");
  if (place === null) {
    throw new Error("The page has no place for the reference.");
  }
  try {
    const [api, chapters] = await Promise.all([
      load<ApiDocument>("/openapi.json"),
      load<Chapter[]>("/docs/chapters.json"),
    ]);
    const settings = readSettings(document.documentElement.dataset["settings"] ?? "");
    place.replaceChildren();
    Scalar.createApiReference(
      place,
      configuration(withSettings(withChapters(api, chapters), settings), settings),
    );
    followHeadings();
  } catch (error) {
    place.textContent = `The reference cannot be shown: ${String(error)}. Reload the page to try again.`;
  }
}

async function load<Content>(address: string): Promise<Content> {
  const reply = await fetch(address);
  if (!reply.ok) {
    throw new Error(`${address} answered ${reply.status}`);
  }
  return reply.json();
}

/** Nothing is told to anybody but this deployment, and no other host is asked. */
function configuration(content: ApiDocument, settings: Settings): object {
  const { KEY: token = "" } = settings;
  return {
    content,
    telemetry: false,
    withDefaultFonts: false,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    // The document has a sample of each call in each language, which works; made-up ones do not.
    hiddenClients: true,
    documentDownloadType: "json",
    modelsSectionLabel: "Schemas",
    defaultOpenFirstTag: false,
    authentication: {
      preferredSecurityScheme: "apiKey",
      securitySchemes: { apiKey: { token } },
    },
  };
}
