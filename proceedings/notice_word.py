"""A notice as a Word document in the plain format of public notices. It is given the frozen lines and nothing else."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from proceedings.models import Notice, NoticeItem
from proceedings.notice_words import body_of, foot_of

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _font(run: Any, name: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.bold = name, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _paragraph(
    document: Any, text: str, *, indent: bool = True, align: Any = None, name: str = "仿宋"
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.first_line_indent = Pt(32) if indent else None
    paragraph.paragraph_format.line_spacing = Pt(28)
    _font(paragraph.add_run(text), name, 16)
    return paragraph


def _table(document: Any, items: Sequence[NoticeItem]) -> None:
    headings = ["序号", *(heading for heading, _ in items[0].columns)]
    table = document.add_table(rows=1, cols=len(headings))
    table.style = "Table Grid"
    lines = [headings, *([str(item.number), *(text for _, text in item.columns)] for item in items)]
    for place, texts in enumerate(lines):
        cells = table.rows[0].cells if place == 0 else table.add_row().cells
        for cell, text in zip(cells, texts, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _font(paragraph.add_run(text), "黑体" if place == 0 else "仿宋", 11)


def notice_docx(notice: Notice, items: Sequence[NoticeItem]) -> bytes:
    """The document. Its properties name the issuer, never the person who made it."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(25)
    core = document.core_properties
    core.author = core.last_modified_by = notice.issuer
    core.title, core.comments = notice.title, ""
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(title.add_run(notice.title), "方正小标宋简体", 20)
    for text in body_of(notice, len(items)):
        _paragraph(document, text)
    if items:
        _table(document, items)
    document.add_paragraph()
    for text in foot_of(notice):
        _paragraph(document, text, indent=False, align=WD_ALIGN_PARAGRAPH.RIGHT)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
