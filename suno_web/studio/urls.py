"""Addresses of the studio: nouns, by prefix, keyed by UUID; an action is a POST to a noun."""

from django.urls import include, path

from suno_web.studio import callbacks
from suno_web.studio.views import creating, generations, projects, tracks

app_name = "studio"
urlpatterns = [
    path("", projects.home, name="home"),
    path("credits/meter/", projects.meter, name="meter"),
    path("projects/", projects.projects, name="projects"),
    path("projects/", projects.projects, name="project_create"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<uuid:project_id>/", projects.project, name="project"),
    path("projects/<uuid:project_id>/edit/", projects.project_edit, name="project_edit"),
    path("projects/<uuid:project_id>/takes/", projects.takes, name="takes"),
    path("projects/<uuid:project_id>/queue/", projects.queue, name="queue"),
    path("projects/<uuid:project_id>/generations/", creating.generate, name="generate"),
    path("projects/<uuid:project_id>/draft/", creating.draft, name="draft"),
    path("projects/<uuid:project_id>/style/", creating.style_boost, name="style_boost"),
    path("projects/<uuid:project_id>/lyrics/", creating.lyrics_write, name="lyrics_write"),
    path("generations/<uuid:generation_id>/", generations.generation, name="generation"),
    path("generations/<uuid:generation_id>/job/", generations.job, name="job"),
    path("generations/<uuid:generation_id>/again/", creating.again, name="again"),
    path("generations/<uuid:generation_id>/variants/", creating.lyrics_variants, name="lyrics_variants"),
    path("tracks/<uuid:track_id>/", tracks.track, name="track"),
    path("tracks/<uuid:track_id>/audio", tracks.track_audio, name="track_audio"),
    path("tracks/<uuid:track_id>/stream", tracks.track_stream, name="track_stream"),
    path("tracks/<uuid:track_id>/download", tracks.track_download, name="track_download"),
    path("tracks/<uuid:track_id>/image", tracks.track_image, name="track_image"),
    path("tracks/<uuid:track_id>/peaks", tracks.track_peaks, name="track_peaks"),
    path("tracks/<uuid:track_id>/words", tracks.track_words, name="track_words"),
    path("tracks/<uuid:track_id>/words/", tracks.sync_lyrics, name="sync_lyrics"),
    path("callbacks/<str:token>/", callbacks.receive, name="callback"),
    path("", include("suno_web.studio.creating_urls")),
    path("", include("suno_web.studio.asking_urls")),
    path("", include("suno_web.studio.approval_urls")),
    path("", include("suno_web.studio.upload_urls")),
    path("", include("suno_web.studio.file_urls")),
    path("", include("suno_web.studio.provider_urls")),
]
