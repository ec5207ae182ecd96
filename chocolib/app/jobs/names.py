"""What a job of the schedule can run, by name; the functions are in `functions`, which is heavy."""

from __future__ import annotations

#: Name and what it does. A test compares the names with the functions there are.
FUNCTIONS = {
    "ingest_prices": "asks the price sources for what is missing up to tomorrow",
    "ingest_weather": "asks for the last day's weather and the days ahead",
    "heal_gaps": "finds missing steps and fills them from the best source",
    "forecast": "forecasts 168 hours of prices and keeps them",
    "plan": "plans the next days and keeps the plan",
    "alerts": "judges the alerts and tells what is new",
    "train_price": "trains a version of the price model and tries it",
    "train_production": "trains the production models and measures them",
    "health": "looks at the worker, the jobs, the data and the disk",
    "backup": "backs up the home, looks the backup through, deletes superfluous ones",
    "usage": "reads what is new in the access logs, and asks who is in the Tailnet",
    "usage_upkeep": "keeps what is known of usage and health within its bounds",
    "drill": "restores the newest backup for a moment, compares and uses it",
}
