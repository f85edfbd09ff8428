"""The packs that hold on a day in an area, as one value: which rules run, and what their parameters are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from common.errors import NotFound
from policies.evaluate import Compiled, compile_rule
from policies.metrics import Metric, metrics_of
from policies.pack import Checklist, Pack, Param, Rule

NONE_IN_FORCE = "该日期在本地区没有生效的政策文件。"


def _inside(narrow: Pack, wide: Pack) -> bool:
    return narrow is not wide and narrow.place.startswith(wide.place)


@dataclass(frozen=True)
class PackSet:
    """`packs` from the narrowest to the widest. All of them run; a narrower one replaces only what it names."""

    packs: tuple[Pack, ...]
    day: date

    def __bool__(self) -> bool:
        return bool(self.packs)

    @property
    def sentence(self) -> str:
        """What to write on a page when nothing is in force; empty otherwise."""
        return "" if self.packs else NONE_IN_FORCE

    @property
    def narrowest(self) -> Pack | None:
        return self.packs[0] if self.packs else None

    @property
    def checksums(self) -> dict[str, str]:
        """Pack code -> checksum: what a run stores."""
        return {pack.code: pack.checksum for pack in self.packs}

    def pack(self, code: str) -> Pack:
        found = next((pack for pack in self.packs if pack.code == code), None)
        if found is None:
            raise NotFound(f"政策包 {code} 在 {self.day} 没有生效。", pack=code)
        return found

    @cached_property
    def _stand_ins(self) -> dict[str, Param]:
        """ "pack/key" of a replaced parameter -> the one standing in for it; the narrowest wins."""
        found: dict[str, Param] = {}
        for narrow in self.packs:
            for param in narrow.params.values():
                for reference in param.replaces:
                    if self._is_below(narrow, reference):
                        found.setdefault(reference, param)
        return found

    @cached_property
    def _replaced_rules(self) -> set[str]:
        return {
            reference
            for narrow in self.packs
            for rule in narrow.active_rules
            for reference in rule.replaces
            if self._is_below(narrow, reference)
        }

    def _is_below(self, narrow: Pack, reference: str) -> bool:
        code = reference.partition("/")[0]
        return any(pack.code == code and _inside(narrow, pack) for pack in self.packs)

    @cached_property
    def _effective(self) -> tuple[Rule, ...]:
        return tuple(
            rule
            for pack in self.packs
            for rule in pack.active_rules
            if f"{pack.code}/{rule.key}" not in self._replaced_rules
        )

    def rules(
        self, subject: str | None = None, effects: Iterable[str] | str | None = None
    ) -> tuple[Rule, ...]:
        """The rules that run, of one subject and with these effects ("case", "propose_class" ...) where named."""
        wanted = {effects} if isinstance(effects, str) else set(effects) if effects is not None else None
        return tuple(
            rule
            for rule in self._effective
            if (subject is None or rule.subject == subject) and (wanted is None or rule.effect_name in wanted)
        )

    def rule(self, key: str) -> Rule:
        """The rule in force with this key; NotFound with a sentence otherwise."""
        found = next((rule for rule in self._effective if rule.key == key), None)
        if found is None:
            raise NotFound(f"规则 {key} 在 {self.day} 没有生效。", rule=key)
        return found

    @cached_property
    def _params(self) -> dict[str, dict[str, Param]]:
        return {
            pack.code: {
                key: self._stand_ins.get(f"{pack.code}/{key}", param).on(self.day)
                for key, param in pack.params.items()
            }
            for pack in self.packs
        }

    def params(self, pack_code: str) -> Mapping[str, Param]:
        """The parameters of a pack as they hold here on the day, replacements included."""
        return self._params.get(pack_code, {})

    def param(self, key: str, pack_code: str | None = None) -> Param:
        """A parameter of one pack, or of the narrowest pack that has it."""
        codes = [pack_code] if pack_code else [pack.code for pack in self.packs]
        for code in codes:
            if key in self.params(code):
                return self.params(code)[key]
        raise NotFound(f"参数 {key} 在 {self.day} 生效的政策文件中没有。", param=key)

    def checklist(self, subject: str) -> Checklist | None:
        """The exit standard in force: that of the narrowest pack that names one, or the list that replaces it by name.

        None: no pack in force names one.
        """
        named = [one for pack in self.packs if (one := pack.checklist(subject)) is not None]
        first = named[0] if named else None
        for one in named[1:]:
            if (
                first is not None
                and f"{first.pack}/{first.key}" in one.replaces
                and self._is_below(self.pack(one.pack), f"{first.pack}/")
            ):
                return one
        return first

    def compiled(self, rule: Rule, metrics: Mapping[str, Metric] | None = None) -> Compiled:
        """The rule's conditions on the day of this set."""
        known = metrics_of(rule.subject) if metrics is None else metrics
        return compile_rule(rule, self.params(rule.pack), known, as_of=self.day)


def ordered(packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """Narrowest first; among equals a document before a county's own rules, then the newer."""
    return tuple(
        sorted(packs, key=lambda p: (-len(p.place), not p.is_document, -p.effective_from.toordinal(), p.code))
    )
