from prefect import flow, task


@task
def load(day: int) -> list[float]:
    return [float(day), 2.5 * day]


@flow(log_prints=True)
def summarize(currency: str = "EUR") -> float:
    """Adds up the orders of one day."""
    total = sum(load(1))
    print(f"{total:.2f} {currency}")
    return total


@flow(log_prints=True)
def refresh(days: int = 1) -> None:
    """Loads the orders of several days again."""
    for day in range(days):
        print(f"day {day}: {len(load(day))} orders")
