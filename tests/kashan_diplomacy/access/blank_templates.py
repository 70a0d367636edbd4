"""Templates without text: who may open a page does not depend on how it looks."""

from django.template import Origin
from django.template.loaders.base import Loader as BaseLoader


class Loader(BaseLoader):
    def get_template_sources(self, template_name):
        yield Origin(name=template_name, template_name=template_name, loader=self)

    def get_contents(self, origin):
        return ""
