import { Button, Flex, IconButton, Text, TextArea } from "@radix-ui/themes";
import type { FileUIPart } from "ai";
import { Paperclip, Send, Square, X } from "lucide-react";
import { type DragEvent, type FormEvent, type KeyboardEvent, useRef, useState } from "react";

import { TEXTS } from "../texts.ts";

const { chat: WORDS } = TEXTS;

/** Of all files of a turn, which goes as one JSON body. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

export interface Said {
  text: string;
  files: FileUIPart[];
}

interface ComposerProps {
  /** What stands there at first: the text of a message that is edited. */
  begun: string;
  leaveEdit: (() => void) | null;
  isBusy: boolean;
  isStopping: boolean;
  send: (said: Said) => void;
  stop: () => void;
}

export function Composer({ begun, leaveEdit, isBusy, isStopping, send, stop }: ComposerProps) {
  const [text, setText] = useState(begun);
  const { files, add, remove, clear, error } = useFiles();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ((text.trim() !== "" || files.length > 0) && !isBusy) {
      send({ text, files });
      setText("");
      clear();
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While a letter is being composed, Enter chooses it.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      submit(event);
    }
    if (event.key === "Escape") {
      leaveEdit?.();
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void add([...event.dataTransfer.files]);
  };
  return (
    <form
      className="composer"
      onSubmit={submit}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      {files.length > 0 && <FileRow files={files} remove={remove} />}
      {error !== null && (
        <Text as="p" size="1" color="red" highContrast role="alert" mb="2">
          {error}
        </Text>
      )}
      <Flex gap="3" align="end">
        <AttachButton add={(chosen) => void add(chosen)} />
        <TextArea
          className="grow"
          size="3"
          aria-label={leaveEdit === null ? WORDS.message : WORDS.editing}
          placeholder={WORDS.placeholder}
          value={text}
          autoFocus={leaveEdit !== null}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {isBusy ? <StopButton isStopping={isStopping} stop={stop} /> : <SendButton />}
      </Flex>
      <Text size="1" color="gray" highContrast className="keys">
        {leaveEdit === null ? WORDS.keys : WORDS.editKeys}
      </Text>
    </form>
  );
}

function StopButton({ isStopping, stop }: { isStopping: boolean; stop: () => void }) {
  return (
    <Button
      type="button"
      size="3"
      variant="surface"
      color="gray"
      highContrast
      loading={isStopping}
      onClick={stop}
    >
      <Square size={15} aria-hidden /> {WORDS.stop}
    </Button>
  );
}

function SendButton() {
  return (
    <Button type="submit" size="3">
      <Send size={15} aria-hidden /> {WORDS.send}
    </Button>
  );
}

function AttachButton({ add }: { add: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        type="button"
        size="3"
        variant="ghost"
        color="gray"
        highContrast
        aria-label={WORDS.attach}
        onClick={() => input.current?.click()}
      >
        <Paperclip size={17} aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={WORDS.attached}
        onChange={({ target }) => {
          add([...(target.files ?? [])]);
          target.value = "";
        }}
      />
    </>
  );
}

function FileRow({ files, remove }: { files: FileUIPart[]; remove: (file: FileUIPart) => void }) {
  return (
    <Flex gap="2" wrap="wrap" mb="2" role="group" aria-label={TEXTS.threads.attachments}>
      {files.map((file) => (
        <Button
          key={file.url}
          type="button"
          size="1"
          variant="surface"
          color="gray"
          highContrast
          aria-label={WORDS.detach(file.filename ?? "")}
          onClick={() => remove(file)}
        >
          {file.filename} <X size={13} aria-hidden />
        </Button>
      ))}
    </Flex>
  );
}

function useFiles() {
  const [files, setFiles] = useState<FileUIPart[]>([]);
  const [error, setError] = useState<string | null>(null);
  const add = async (chosen: readonly File[]) => {
    if (chosen.reduce((sum, { size }) => sum + size, 0) > MAX_FILE_BYTES) {
      setError(WORDS.tooLarge);
      return;
    }
    setError(null);
    const parts = await Promise.all(chosen.map(toPart));
    setFiles((now) => [...now, ...parts]);
  };
  return {
    files,
    error,
    add,
    remove: (file: FileUIPart) => setFiles((now) => now.filter((one) => one !== file)),
    clear: () => setFiles([]),
  };
}

/** A data URL, as the SDK sends files: the server keeps it as a file of the thread. */
function toPart(file: File): Promise<FileUIPart> {
  const { promise, resolve, reject } = Promise.withResolvers<FileUIPart>();
  const reader = new FileReader();
  reader.addEventListener("load", () =>
    resolve({
      type: "file",
      mediaType: file.type === "" ? "application/octet-stream" : file.type,
      filename: file.name,
      url: typeof reader.result === "string" ? reader.result : "",
    }),
  );
  reader.addEventListener("error", () => reject(new Error(String(reader.error))));
  reader.readAsDataURL(file);
  return promise;
}
