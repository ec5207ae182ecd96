"""Measurements of chocolib's own doings: the runs of its jobs, the answers of its chat."""

from __future__ import annotations

from chocolib.core.measurement import Field, Measurement

JOB_RUNS = Measurement(
    name="job_runs",
    description="one attempt of a job: time is the firing it answers",
    publication="when it began; its outcome when it ended",
    observed=False,
    tags=(
        Field("job", "name of the job", "text", required=True),
        Field(
            "attempt", "1.. of the schedule, 0 by hand", "integer", lower=0, upper=99, required=True
        ),
    ),
    fields=(
        Field("cause", "schedule, catch-up, news or hand", "text", required=True),
        Field(
            "outcome",
            "running, done, failed, interrupted, stopped (by hand) or skipped",
            "text",
            required=True,
        ),
        Field("started", "when it began or was passed over, ISO UTC", "text", required=True),
        Field("firings", "how many firings it answers", "integer", lower=1, required=True),
        Field("duration_s", "wall time, s; none while it runs", lower=0),
        Field("memory_mb", "the most memory that one of its processes held, MB", lower=0),
        Field("rows", "rows it wrote; none where it writes none", lower=0),
        Field("news", "1 where jobs that follow it have something new", "integer", required=True),
        Field("artefacts", "what it made: files or versions, one a line", "text"),
        Field("error", "why it is not done, or empty", "text"),
        Field("log_tail", "the last lines of its log, where it is not done", "text"),
    ),
)

CHAT_TURNS = Measurement(
    name="chat_turns",
    description="one question to the chat and what its answer took: time is when it was asked; "
    "what was asked and said is not in it unless a setting keeps it",
    publication="when it was asked, with the most it may cost; what it took when it was answered",
    observed=False,
    tags=(
        Field(
            "place",
            "tells the questions of one second apart",
            "integer",
            lower=0,
            upper=999,
            required=True,
        ),
    ),
    fields=(
        Field("session", "the conversation it belongs to", "text", required=True),
        Field("user", "who asked, as the door names them", "text", required=True),
        Field("mode", "who answered: builtin or claude", "text", required=True),
        Field("model", "the model that spoke, or empty", "text"),
        Field("category", "what it was about, or empty", "text"),
        Field("lang", "language of the question: es or en", "text", required=True),
        Field("outcome", "asked, answered, partial, refused or failed", "text", required=True),
        Field("read_tokens", "tokens read", "integer", lower=0, required=True),
        Field("written_tokens", "tokens written", "integer", lower=0, required=True),
        Field("cache_read_tokens", "tokens read from the cache", "integer", lower=0, required=True),
        Field("cache_written_tokens", "tokens written to it", "integer", lower=0, required=True),
        Field(
            "cost_eur", "what it cost, EUR; the most it may, while asked", lower=0, required=True
        ),
        Field("duration_s", "from the question to the end of the answer, s", lower=0),
        Field("first_text_s", "from the question to the first text, s", lower=0),
        Field("unmatched", "numbers of the reply that no answer has; none while asked", lower=0),
        Field("question", "the question, where it is kept", "text"),
        Field("reply", "the reply, where it is kept", "text"),
    ),
)
