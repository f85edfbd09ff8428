"""The area filter of the lists: township and village of the actor's own area."""

from django.http import HttpRequest

from accounts.actor import Actor
from villages.models import COUNTY_DIGITS, TOWNSHIP_DIGITS, Level
from villages.selectors import division_choices


def area_of(request: HttpRequest) -> str:
    """The division code asked for; anything that is no code is no filter. The scope narrows it further."""
    code = request.GET.get("area", "")
    return code if code.isascii() and code.isdigit() and len(code) <= 20 else ""


def area_choices(actor: Actor, chosen: str) -> list[tuple[str, str]]:
    """Townships, and below the chosen one its villages; who serves one township sees its villages at once."""
    towns = list(division_choices(actor, Level.TOWNSHIP, "households.view"))
    choices = [(one.code, one.short_name or one.name) for one in towns]
    open_town = towns[0].code if len(towns) == 1 else chosen[:TOWNSHIP_DIGITS]
    if len(open_town) == 9 or not towns:
        villages = division_choices(actor, Level.VILLAGE, "households.view").filter(
            code__startswith=open_town
        )
        names = [(one.code, f"　{one.short_name or one.name}") for one in villages]
        place = next((row for row, (code, _) in enumerate(choices) if code == open_town), -1) + 1
        choices[place:place] = names
    return choices


def sole_area(actor: Actor) -> str:
    """The township or village of somebody who serves only one: his tables begin below it."""
    scope = actor.scope("households.view")
    codes = {*scope.prefixes, *scope.assigned}
    code = codes.pop() if len(codes) == 1 else ""
    return code if len(code) in (9, 12) else ""


def county_of(request: HttpRequest) -> str:
    """The county whose packs a list is judged by: that of the area asked for, else of the actor's own area."""
    if asked := area_of(request):
        return asked[:COUNTY_DIGITS]
    scope = request.actor.scope("households.view")  # type: ignore[attr-defined]
    return next(iter((*scope.prefixes, *scope.assigned)), "")[:COUNTY_DIGITS]
