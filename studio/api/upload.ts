/** A file on its way up: by XMLHttpRequest, since fetch tells nobody how far a body has gone. */
import { currentKey } from "../session/session.ts";
import { ApiError, readError } from "./api-error.ts";
import { urlOf } from "./call.ts";
import { asText, isObject, parseJson } from "./json.ts";

interface Uploading {
  /** From 0 to 1. */
  onProgress: (part: number) => void;
  signal?: AbortSignal;
}

/**
 * @returns The file's id.
 * @throws {ApiError} What the server refuses, and where it is not reached.
 */
export function upload(file: File, { onProgress, signal }: Uploading): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = new XMLHttpRequest();
  request.open("POST", urlOf("POST /api/sdk/files"));
  request.setRequestHeader("Authorization", `Bearer ${currentKey() ?? ""}`);
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    onProgress(lengthComputable ? loaded / total : 0);
  });
  request.addEventListener("load", () => {
    const { status, responseText } = request;
    if (status === 200) {
      const reply = parseJson(responseText);
      resolve(isObject(reply) ? asText(reply["fileId"]) : "");
    } else {
      readError(new Response(responseText, { status })).then(reject, reject);
    }
  });
  const fail = (message: string) => reject(new ApiError({ status: 0, type: "no_answer", message }));
  request.addEventListener("error", () => fail("The connection broke."));
  request.addEventListener("abort", () => fail("The upload was left."));
  signal?.addEventListener("abort", () => request.abort());
  const form = new FormData();
  form.append("file", file);
  request.send(form);
  return promise;
}
