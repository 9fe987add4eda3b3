import { Button, Flex, Heading } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { asText } from "../api/json.ts";
import { CodeEditor } from "../editor/code-editor.tsx";
import { ErrorView } from "../frame/error-view.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { parseObject } from "./parse-body.ts";
import { toText, useReader } from "./use-definition.ts";

const { tools: WORDS } = TEXTS;

const CREATE = "POST /api/sdk/p/{project_id}/a";

/** A chat with memory, as the demo tool is. */
const FIRST = toText({
  name: "my_tool",
  default_version: "live",
  actions: [
    { name: "INPUT", type: "input" },
    { name: "HISTORY", type: "thread", config: { limit: 10 } },
    {
      name: "MODEL_CALL",
      type: "chat",
      spec: { messages: "{{ HISTORY.messages }}" },
      config: { provider_id: "offline" },
    },
    { name: "OUTPUT", type: "output" },
  ],
});

export function NewTool() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { project } = useProject();
  const reader = useReader(CREATE);
  const [text, setText] = useState(FIRST);
  const create = useMutation({
    mutationFn: () => {
      const { name, actions, ...rest } = parseObject(text);
      return call(CREATE, {
        path: { project_id: project.id },
        body: { ...rest, name: asText(name), actions: Array.isArray(actions) ? actions : [] },
      });
    },
    onSuccess: async ({ tool }) => {
      await queries.invalidateQueries({ queryKey: ["tools"] });
      go(`/tools/${tool.id}`);
    },
  });
  return (
    <section className="pane detail" aria-label={WORDS.fresh}>
      <div className="pane-head">
        <Flex align="center" gap="3">
          <Link className="only-narrow" href="/tools">
            <ArrowLeft size={18} aria-label={WORDS.back} />
          </Link>
          <Heading as="h2" size="4" className="grow">
            {WORDS.fresh}
          </Heading>
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            {WORDS.create}
          </Button>
        </Flex>
      </div>
      <div className="scroll">
        <div className="column wide-column">
          {create.error !== null && <ErrorView error={create.error} />}
          {reader === null ? (
            <Waiting />
          ) : (
            <CodeEditor
              label={WORDS.definition}
              initial={text}
              reader={reader}
              issues={create.error instanceof ApiError ? create.error.issues : NO_ISSUES}
              onChange={setText}
            />
          )}
        </div>
      </div>
    </section>
  );
}

const NO_ISSUES = [] as const;
