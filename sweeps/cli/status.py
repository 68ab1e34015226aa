"""`sweeps status`: how a sweep stands, asked of its job and of its store."""

from __future__ import annotations

from sweeps.cli.option import Address, Json, Running, Store


def status(
    name: Running, address: Address = None, store: Store = None, as_json: Json = False
) -> None:
    """Say how a sweep stands: its job on a cluster, and what is stored.

    Where no cluster is named, only the store is asked.

    Example: sweeps status digits-svm --address http://head:8265
    """
    import typer

    from sweeps.cli.output import print_json, print_rich
    from sweeps.engine.submission import standing
    from sweeps.report.job import facts_table, job_facts, stored_facts

    found = standing(name, address=address, store=store)
    if as_json:
        print_json(found)
        return
    facts = job_facts(found.job) if found.job else {}
    if found.stored is not None:
        facts |= stored_facts(found.stored, found.store or "")
    print_rich([facts_table(facts)])
    for trouble in found.troubles:
        typer.echo(f"note: {trouble}", err=True)
