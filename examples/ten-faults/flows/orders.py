from prefect import flow


@flow
def orders(day: str = "today") -> None:
    print(f"orders of {day}")
