"""Addresses of the members: the list, a member's page, invitations."""

from django.urls import path

from suno_web.panel.members import inviting_views, person_views, views

urlpatterns = [
    path("admin/members/", views.members, name="members"),
    path("admin/members/csv/", views.members_csv, name="members_csv"),
    path("admin/members/guests/", inviting_views.guests, name="guests"),
    path("admin/members/<int:membership_id>/", person_views.member, name="member"),
    path("admin/members/<int:membership_id>/row/", views.row, name="member_row"),
    path("admin/members/<int:membership_id>/removal/", views.removal, name="member_removal"),
    path("admin/members/<int:membership_id>/raises/", person_views.raises, name="member_raises"),
    path(
        "admin/members/<int:membership_id>/raises/<int:raise_id>/end/",
        person_views.raise_end,
        name="member_raise_end",
    ),
    path(
        "admin/members/<int:membership_id>/keys/<uuid:key_id>/revocation/",
        person_views.key_revocation,
        name="member_key_revocation",
    ),
    path("admin/departures/<int:departure_id>/return/", views.return_, name="member_return"),
    path("admin/invitations/<int:invitation_id>/renewal/", inviting_views.renewal, name="invitation_renewal"),
    path(
        "admin/invitations/<int:invitation_id>/revocation/",
        inviting_views.revocation,
        name="invitation_revocation",
    ),
]
