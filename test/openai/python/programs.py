"""Programs of OpenAI's SDK for Python as its guides print them: the base address and the key are changed,
and replies are judged strictly by the SDK's own types. One line of JSON for each program that ran."""
import asyncio
import inspect
import io
import json
import sys
import time
import traceback

import openai
from openai import AssistantEventHandler, AsyncAssistantEventHandler, AsyncOpenAI, OpenAI
from typing_extensions import override

BASE, KEY, PROXY, RECORDINGS, PDF = sys.argv[1:6]
HELLO = "Hello there."
WEATHER = "It is 12 and 15 degrees."
REFUND = "A refund takes five days."
FUNCTION = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}

STRICT = {"_strict_response_validation": True}
client = OpenAI(base_url=BASE, api_key=KEY, **STRICT)


def text_of(message):
    """What it says, a refusal's words as well."""
    words = {"text": lambda part: part.text.value, "refusal": lambda part: part.refusal}
    return "".join(words[part.type](part) for part in message.content if part.type in words)


def texts(thread_id, **query):
    return [text_of(one) for one in client.beta.threads.messages.list(thread_id, order="asc", **query)]


def outputs_for(run):
    calls = run.required_action.submit_tool_outputs.tool_calls
    return [
        {"tool_call_id": call.id, "output": "12 in " + json.loads(call.function.arguments)["city"]}
        for call in calls
    ]


def make_assistant(**more):
    return client.beta.assistants.create(model="test-model", **more)


def ask(question):
    return client.beta.threads.create(messages=[{"role": "user", "content": question}])


class Handler(AssistantEventHandler):
    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    @override
    def on_text_created(self, text):
        self.heard.append("created")

    @override
    def on_text_delta(self, delta, snapshot):
        self.heard.append(delta.value)

    @override
    def on_end(self):
        self.heard.append("end")


def streams_the_quickstart():
    assistant = make_assistant(name="Tutor", instructions="You answer.")
    thread = client.beta.threads.create()
    client.beta.threads.messages.create(thread_id=thread.id, role="user", content="Hi")
    heard = []
    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, event_handler=Handler(heard)
    ) as stream:
        stream.until_done()
        final = stream.get_final_messages()
        run = stream.get_final_run()
    assert (heard[0], "".join(heard[1:-1]), heard[-1]) == ("created", HELLO, "end"), heard
    assert run.status == "completed", run
    assert texts(thread.id) == ["Hi", HELLO]
    assert [text_of(one) for one in final] == [HELLO]


def polls_without_an_interval():
    assistant, thread = make_assistant(), ask("Hi")
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    assert run.status == "completed", run
    raw = client.beta.threads.runs.with_raw_response.retrieve(run.id, thread_id=thread.id)
    assert 500 <= int(raw.headers["openai-poll-after-ms"]) <= 2000
    assert texts(thread.id, run_id=run.id) == [HELLO]
    created = client.beta.threads.create_and_run_poll(
        assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Hi"}]}
    )
    assert created.status == "completed"


class Functions(AssistantEventHandler):
    """The guide's: it goes on with a stream of its own."""

    def __init__(self, parsed, said):
        super().__init__()
        self.parsed, self.said = parsed, said

    @override
    def on_event(self, event):
        if event.event == "thread.run.requires_action":
            self.handle_requires_action(event.data)

    @override
    def on_tool_call_done(self, tool_call):
        self.parsed.append(json.loads(tool_call.function.arguments)["city"])

    @override
    def on_text_done(self, text):
        self.said.append(text.value)

    def handle_requires_action(self, run):
        with client.beta.threads.runs.submit_tool_outputs_stream(
            thread_id=run.thread_id,
            run_id=run.id,
            tool_outputs=outputs_for(run),
            event_handler=Functions(self.parsed, self.said),
        ) as stream:
            stream.until_done()


def answers_functions_in_streams():
    assistant, thread = make_assistant(tools=[FUNCTION]), ask("What is the weather?")
    parsed, said = [], []
    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, event_handler=Functions(parsed, said)
    ) as stream:
        stream.until_done()
    assert sorted(parsed) == ["Berlin", "Paris", "Rome"], parsed
    assert said == ["Let me look.", WEATHER], said
    [run] = client.beta.threads.runs.list(thread.id).data
    steps = client.beta.threads.runs.steps.list(thread_id=thread.id, run_id=run.id, order="asc").data
    assert [step.type for step in steps] == ["message_creation", "tool_calls", "tool_calls", "message_creation"]
    assert [call.function.output for call in steps[1].step_details.tool_calls] == ["12 in Berlin", "12 in Paris"]
    assert client.beta.threads.runs.steps.retrieve(steps[0].id, thread_id=thread.id, run_id=run.id) == steps[0]


def answers_functions_by_polling():
    assistant, thread = make_assistant(tools=[FUNCTION]), ask("What is the weather?")
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    rounds = 0
    while run.status == "requires_action":
        rounds += 1
        run = client.beta.threads.runs.submit_tool_outputs_and_poll(
            thread_id=thread.id, run_id=run.id, tool_outputs=outputs_for(run)
        )
    assert (run.status, rounds) == ("completed", 2)
    assert texts(thread.id)[-1] == WEATHER


def searches_and_cites():
    store = client.vector_stores.create(name="Handbook")
    refunds = io.BytesIO(REFUND.encode())
    refunds.name = "refunds.txt"
    with open(PDF, "rb") as pdf:
        batch = client.vector_stores.file_batches.upload_and_poll(vector_store_id=store.id, files=[pdf, refunds])
    assert (batch.status, batch.file_counts.completed) == ("completed", 2), batch
    assistant = make_assistant(tools=[{"type": "file_search"}])
    assistant = client.beta.assistants.update(
        assistant.id, tool_resources={"file_search": {"vector_store_ids": [store.id]}}
    )
    assert assistant.tool_resources.file_search.vector_store_ids == [store.id]
    thread = ask("How long does a refund take?")
    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        [message] = stream.get_final_messages()
    [kept] = [one for one in client.beta.threads.messages.list(thread.id) if one.role == "assistant"]
    for said in (message.content[0].text, kept.content[0].text):
        [annotation] = said.annotations
        assert said.value[annotation.start_index : annotation.end_index] == annotation.text
        assert annotation.file_citation.quote in REFUND
        assert client.files.retrieve(annotation.file_citation.file_id).filename == "refunds.txt"
    found = client.vector_stores.search(store.id, query="refund").data
    assert found[0].filename == "refunds.txt" and 0 <= found[0].score <= 1
    files = client.vector_stores.files.list(store.id, filter="completed").data
    assert len(files) == 2 and all(one.status == "completed" for one in files)
    assert client.files.content(files[0].id).read()
    assert client.vector_stores.files.content(files[0].id, vector_store_id=store.id).data[0].text
    assert client.vector_stores.files.delete(files[0].id, vector_store_id=store.id).deleted
    assert client.vector_stores.delete(store.id).deleted


def attaches_and_shows():
    note = client.files.create(file=("note.txt", REFUND.encode()), purpose="assistants")
    thread = client.beta.threads.create(
        messages=[
            {
                "role": "user",
                "content": "How long does a refund take?",
                "attachments": [{"file_id": note.id, "tools": [{"type": "file_search"}]}],
            }
        ]
    )
    assert len(thread.tool_resources.file_search.vector_store_ids) == 1
    assistant = make_assistant(tools=[{"type": "file_search"}])
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    [answer] = client.beta.threads.messages.list(thread.id, run_id=run.id)
    assert answer.content[0].text.annotations[0].file_citation.file_id == note.id


def pages_both_ways():
    thread = client.beta.threads.create()
    for n in range(45):
        client.beta.threads.messages.create(thread.id, role="user", content=str(n))
    numbers = [str(n) for n in range(45)]
    listed = client.beta.threads.messages.list(thread.id, limit=20, order="asc")
    assert [text_of(one) for one in listed] == numbers
    listed = client.beta.threads.messages.list(thread.id, limit=20)
    assert [text_of(one) for one in listed] == numbers[::-1]
    first = client.beta.threads.messages.list(thread.id, order="asc", limit=5).data
    before = client.beta.threads.messages.list(thread.id, order="asc", before=first[3].id).data
    assert [text_of(one) for one in before] == ["0", "1", "2"], [text_of(one) for one in before]


def cancels_in_the_text():
    assistant, thread = make_assistant(), ask("Be slow")
    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        for event in stream:
            if event.event == "thread.message.delta":
                run = client.beta.threads.runs.cancel(stream.current_run.id, thread_id=thread.id)
                break
        assert run.status in ("cancelled", "cancelling"), run
    [partial] = [one for one in client.beta.threads.messages.list(thread.id) if one.role == "assistant"]
    assert (partial.status, partial.incomplete_details.reason) == ("incomplete", "run_cancelled")
    try:
        client.beta.threads.runs.cancel(run.id, thread_id=thread.id)
        raise AssertionError("cancelled twice")
    except openai.BadRequestError as error:
        assert error.body["message"] == "Cannot cancel run with status 'cancelled'.", error.body
    client.beta.threads.messages.create(thread.id, role="user", content="Hi")
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    assert run.status == "completed"


def has_one_effect_where_answers_are_lost():
    """Its proxy loses the first two answers of every POST."""
    lossy = OpenAI(base_url=PROXY, api_key=KEY, **STRICT)
    assistant = lossy.beta.assistants.create(model="test-model", tools=[FUNCTION])
    # Of its own: equal requests of one key within a minute, one of them a retry, are one request.
    mine = {"of": f"{openai.__version__} {time.time()}"}
    thread = lossy.beta.threads.create(messages=[{"role": "user", "content": "Hm"}], metadata=mine)
    lossy.beta.threads.messages.create(thread.id, role="user", content="What is the weather?")
    assert texts(thread.id) == ["Hm", "What is the weather?"]
    run = lossy.beta.threads.runs.create(thread.id, assistant_id=assistant.id)
    run = client.beta.threads.runs.poll(run.id, thread_id=thread.id)
    while run.status == "requires_action":
        run = lossy.beta.threads.runs.submit_tool_outputs(
            run.id, thread_id=thread.id, tool_outputs=outputs_for(run)
        )
        run = client.beta.threads.runs.poll(run.id, thread_id=thread.id)
    assert run.status == "completed", run
    assert texts(thread.id)[-2:] == ["Let me look.", WEATHER], texts(thread.id)
    assert len(client.beta.threads.runs.list(thread.id).data) == 1
    lossy.beta.threads.messages.create(thread.id, role="user", content="Hi")
    events = list(lossy.beta.threads.runs.create(thread.id, assistant_id=assistant.id, stream=True))
    assert (events[0].event, events[-1].event) == ("thread.run.created", "thread.run.completed")
    assert len(client.beta.threads.runs.list(thread.id).data) == 2
    name = f"once-{time.time()}.txt"
    lossy.files.create(file=(name, b"Once."), purpose="assistants")
    assert [one.filename for one in client.files.list()].count(name) == 1


def refused(kind, call):
    try:
        call()
    except kind as error:
        assert error.request_id
        return error.status_code, error.type, error.code, error.param, error.body["message"]
    raise AssertionError("not refused")


def is_told_of_mistakes():
    never = "thread_abcdefghijklmnopqrstuvwx"
    assert refused(openai.NotFoundError, lambda: client.beta.threads.retrieve(never)) == (
        404, "invalid_request_error", None, None, f"No thread found with id '{never}'."
    )
    seventeen = {f"k{n}": "v" for n in range(17)}
    told = refused(openai.BadRequestError, lambda: client.beta.threads.create(metadata=seventeen))
    assert told[2:4] == ("object_above_max_properties", "metadata"), told
    stranger = OpenAI(base_url=BASE, api_key="sk-none")
    assert refused(openai.AuthenticationError, stranger.beta.threads.create)[2] == "invalid_api_key"
    told = refused(openai.APIStatusError, lambda: client.models.delete("test-model"))
    assert told[:4] == (405, "invalid_request_error", None, None), told
    old = OpenAI(base_url=BASE, api_key=KEY, default_headers={"OpenAI-Beta": "assistants=v1"})
    assert refused(openai.BadRequestError, lambda: old.get("/threads", cast_to=object))[2] == "invalid_beta"


def reads_recorded_streams():
    """All outcomes, byte by byte, with keep-alives before every frame."""
    http = sys.modules.get("httpx") or __import__("httpx2")

    class Bytes(http.SyncByteStream):
        def __init__(self, content):
            self.content = content

        def __iter__(self):
            for at in range(len(self.content)):
                yield self.content[at : at + 1]

    with open(RECORDINGS, encoding="utf-8") as file:
        recordings = json.load(file)
    assert len(recordings) >= 10
    for recording in recordings:
        body = recording["events"].encode()

        def answer(request, body=body):
            kind = {"content-type": "text/event-stream; charset=utf-8"}
            return http.Response(200, headers=kind, stream=Bytes(body))

        fed = OpenAI(
            base_url=BASE, api_key=KEY, http_client=http.Client(transport=http.MockTransport(answer)), **STRICT
        )
        names = [one.event for one in fed.beta.threads.runs.create("t", assistant_id="a", stream=True)]
        wire = [line[7:] for line in recording["events"].splitlines() if line.startswith("event: ")]
        assert names == [name for name in wire if name != "done"], recording["name"]
        ended = []

        class Ends(AssistantEventHandler):
            @override
            def on_message_done(self, message):
                ended.append((message.status, text_of(message)))

            @override
            def on_tool_call_done(self, tool_call):
                if tool_call.type == "function":
                    json.loads(tool_call.function.arguments)

        with fed.beta.threads.runs.stream(thread_id="t", assistant_id="a", event_handler=Ends()) as stream:
            stream.until_done()
            assert stream.get_final_run().status == recording["status"], recording["name"]
        for _, text in ended:
            assert text in recording["texts"], (recording["name"], text)


async def does_it_all_without_blocking():
    """The twins of the programs above."""
    twin = AsyncOpenAI(base_url=BASE, api_key=KEY, **STRICT)
    assistant = await twin.beta.assistants.create(model="test-model", tools=[FUNCTION])
    thread = await twin.beta.threads.create(messages=[{"role": "user", "content": "Hi"}])
    run = await twin.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    assert run.status == "completed"
    said = []

    class Twin(AsyncAssistantEventHandler):
        @override
        async def on_text_done(self, text):
            said.append(text.value)

    await twin.beta.threads.messages.create(thread.id, role="user", content="What is the weather?")
    async with twin.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, event_handler=Twin()
    ) as stream:
        await stream.until_done()
        run = await stream.get_final_run()
    while run.status == "requires_action":
        async with twin.beta.threads.runs.submit_tool_outputs_stream(
            thread_id=thread.id, run_id=run.id, tool_outputs=outputs_for(run), event_handler=Twin()
        ) as stream:
            await stream.until_done()
            run = await stream.get_final_run()
    assert run.status == "completed" and said == ["Let me look.", WEATHER], (run.status, said)
    listed = [text_of(one) async for one in twin.beta.threads.messages.list(thread.id, limit=2, order="asc")]
    assert listed == ["Hi", HELLO, "What is the weather?", "Let me look.", WEATHER], listed
    await twin.beta.threads.messages.create(thread.id, role="user", content="Be slow")
    run = await twin.beta.threads.runs.create(thread.id, assistant_id=assistant.id)
    run = await twin.beta.threads.runs.cancel(run.id, thread_id=thread.id)
    run = await twin.beta.threads.runs.poll(run.id, thread_id=thread.id)
    assert run.status == "cancelled", run
    store = await twin.vector_stores.create(name="Twin")
    batch = await twin.vector_stores.file_batches.upload_and_poll(
        vector_store_id=store.id, files=[("refunds.txt", REFUND.encode())]
    )
    assert batch.file_counts.completed == 1
    lossy = AsyncOpenAI(base_url=PROXY, api_key=KEY, **STRICT)
    await lossy.beta.threads.messages.create(thread.id, role="user", content="Once")
    last = await twin.beta.threads.messages.list(thread.id, limit=2)
    assert [text_of(one) for one in last.data].count("Once") == 1


PROGRAMS = [
    streams_the_quickstart,
    polls_without_an_interval,
    answers_functions_in_streams,
    answers_functions_by_polling,
    searches_and_cites,
    attaches_and_shows,
    pages_both_ways,
    cancels_in_the_text,
    has_one_effect_where_answers_are_lost,
    is_told_of_mistakes,
    reads_recorded_streams,
    does_it_all_without_blocking,
]

for program in PROGRAMS:
    name = program.__name__.replace("_", " ")
    try:
        asyncio.run(program()) if inspect.iscoroutinefunction(program) else program()
        fault = None
    except BaseException:
        fault = traceback.format_exc()
    print(json.dumps({"version": openai.__version__, "name": name, "fault": fault}), flush=True)
