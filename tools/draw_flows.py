"""Write docs/proceedings.md from the tables of the proceedings: .venv/bin/python tools/draw_flows.py"""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
django.setup()

from proceedings.drawing import flows_drawn  # noqa: E402

(ROOT / "docs" / "proceedings.md").write_text(flows_drawn(), encoding="utf-8")
