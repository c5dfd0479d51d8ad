"""The look of the site: one row, its logo checked and drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.validators import validate_email
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from catalog.admin.base import AuditedAdmin
from catalog.content.accents import parse_color
from catalog.models import Branding
from catalog.services.branding import checked_logo
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    BrandingModelForm = forms.ModelForm[Branding]
else:
    BrandingModelForm = forms.ModelForm


class BrandingForm(BrandingModelForm):
    """The texts, a color, and a picture."""

    picture = forms.FileField(
        required=False,
        label="Logo",
        help_text="PNG, JPEG or WebP, at most 256 KB; shown 24 pixels high.",
    )
    remove_logo = forms.BooleanField(required=False)

    class Meta:
        model = Branding
        fields = [
            "name",
            "headline",
            "tagline",
            "support",
            "accent",
            "banner",
            "banner_kind",
            "banner_until",
        ]
        help_texts = {
            "name": "In the masthead and in every page's title.",
            "headline": "The home page's first line; empty for ours.",
            "tagline": "The sentence under it; empty for ours.",
            "support": "Who to ask: an address of a page or of mail, in the footer.",
            "accent": "As #rrggbb; shaded until text in it is readable.",
            "banner": "On every page until the time below, or until it is emptied.",
        }

    def clean_accent(self) -> str:
        accent = str(self.cleaned_data["accent"]).strip().lower()
        if accent:
            try:
                parse_color(accent)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None
        return accent

    def clean_support(self) -> str:
        support = str(self.cleaned_data["support"]).strip()
        if not support or support.startswith(("https://", "http://", "mailto:")):
            return support
        try:
            validate_email(support)
        except forms.ValidationError:
            said = "Write an address with https://, or one of mail."
            raise forms.ValidationError(said) from None
        return f"mailto:{support}"

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if picture is None:
            return None
        try:
            return checked_logo(picture.read())
        except BadRequest as error:
            raise forms.ValidationError(error.message) from None

    def save(self, *args: Any, **kwargs: Any) -> Branding:
        if self.cleaned_data["remove_logo"]:
            self.instance.logo, self.instance.logo_type = None, ""
        if self.cleaned_data["picture"]:
            self.instance.logo, self.instance.logo_type = self.cleaned_data["picture"]
        return super().save(*args, **kwargs)


@admin.register(Branding)
class BrandingAdmin(AuditedAdmin):
    form = BrandingForm
    list_display = ["name", "headline", "banner", "banner_until"]
    readonly_fields = ["logo_now"]
    search_fields = ["name"]

    @admin.display(description="Logo now")
    def logo_now(self, row: Branding) -> str:
        if not row.logo:
            return "none"
        return format_html('<img src="{}" alt="" height="48">', reverse("catalog:logo"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead straight to the one row, or to making it."""
        if request.GET:
            return super().changelist_view(request, extra_context)
        row = Branding.objects.first()
        place = "change" if row else "add"
        args = [row.pk] if row else []
        address = reverse(f"admin:catalog_branding_{place}", args=args)
        return HttpResponseRedirect(address)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Branding.objects.exists() and super().has_add_permission(request)
