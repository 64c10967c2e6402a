"""Set-up, invitations and the settings that are about people."""

from django.urls import path

from suno_web.accounts import invitation_views, member_views, settings_views, setup_views

app_name = "accounts"
urlpatterns = [
    path("setup/<str:token>/", setup_views.set_up, name="setup"),
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
    path("settings/profile/", settings_views.profile, name="profile"),
    path("settings/team/", settings_views.team, name="team"),
    path("settings/teams/<uuid:team_id>/", settings_views.choice_of_team, name="choice_of_team"),
    path("settings/members/", member_views.members, name="members"),
    path("settings/members/<int:membership_id>/", member_views.member, name="member"),
]
