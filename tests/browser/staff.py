"""What staff do with a page of the admin, by what is written on it."""

from django.utils import translation
from django.utils.translation import gettext

from tests.browser.expecting import expect

INPUTS = "input:not([type=hidden]), select, textarea"


def fa(text):
    """A text of the pages, named by its English source, as staff read it."""
    with translation.override("fa"):
        return gettext(text)


class Form:
    """The form of a page, or the part of it within `scope`, a CSS selector."""

    def __init__(self, page, scope="#content"):
        self.page, self.part = page, page.locator(scope)

    def field(self, label):
        """By its English source text, which the admin may end with a colon. The cells
        of tables have none: there the field of that name."""
        text, name = fa(label), label.replace(" ", "_")
        inputs = self.part.locator(INPUTS)
        by_label = self.part.get_by_label(f"{text}:", exact=True)
        by_label = by_label.or_(self.part.get_by_label(text, exact=True)).and_(inputs)
        in_cell = self.part.locator(f"td.field-{name}").locator(INPUTS)
        return by_label.or_(in_cell).first

    def write(self, label, text):
        self.field(label).fill(text)

    def choose(self, label, option):
        self.field(label).select_option(label=fa(option))

    def tick(self, label):
        self.field(label).check()

    def attach(self, label, path):
        self.field(label).set_input_files(path)

    def find(self, name, typed):
        """Search in the box of field `name`, which fetches its choices as one types."""
        box = self.part.locator(f".field-{name} .select2-selection").first
        box.click()
        self.page.keyboard.type(typed)
        found = self.page.locator(".select2-results__option", has_text=typed).first
        found.click()
        expect(self.page.locator(".select2-results")).to_have_count(0)

    def add(self, prefix, number=0):
        """A new row of an inline, unfolded first, as a Form of its own."""
        folded = self.page.locator(f"#{prefix}-group details:not([open]) > summary")
        if folded.count():
            folded.first.click()
        self.page.locator(f"#{prefix}-group .add-row a").click()
        expect(self.page.locator(f"#{prefix}-{number}")).to_be_visible()
        return Form(self.page, f"#{prefix}-{number}")

    def press(self, label):
        self.part.get_by_role("button", name=fa(label), exact=True).first.click()

    def save(self):
        """Stay on the page, and see that it was saved."""
        self.press("Save and continue editing")
        expect(self.page.locator(".messagelist .success").first).to_be_visible()
        expect(self.page.locator(".errornote")).to_have_count(0)
