from django.contrib import admin

from agreements.exports import EXPORTS
from agreements.models import Theme
from kashan_diplomacy.admin import SOURCE, ModelAdmin


@admin.register(Theme)
class ThemeAdmin(ModelAdmin):
    export = EXPORTS["themes"]
    list_display = ["name", "name_en", "slug"]
    list_filter = ["is_illustrative"]
    search_fields = ["search_text"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [(None, {"fields": ["name_fa", "name_en", "slug"]}), SOURCE]
