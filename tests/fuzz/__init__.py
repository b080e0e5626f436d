"""The machine that looks: hostile inputs by their numbers, run under budgets, and every one that ever failed.

``inputs`` says what an input is; ``generators`` makes one of a number; ``running`` runs one in this process;
``judging`` says what is wrong with what came of it; ``child`` is the process in which they run, and ``pool`` starts it
again when it dies; ``minimizing`` cuts a failing input; ``corpus`` holds those that failed once. ``guided`` lets the
coverage of four parsers guide the inputs.

    python -m tests.fuzz --inputs 1000000 --jobs 2 --state million.jsonl
"""
