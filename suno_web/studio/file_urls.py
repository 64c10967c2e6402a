"""Addresses of what is made from takes, brought from elsewhere, or not saved yet."""

from django.urls import path

from suno_web.studio.views import files, imports, unsaved

urlpatterns = [
    path("tracks/<uuid:track_id>/files/", files.track_files, name="track_files"),
    path("tracks/<uuid:track_id>/persona/", files.persona, name="persona"),
    path("tracks/<uuid:track_id>/lyrics.<str:kind>", files.lyrics_file, name="lyrics_file"),
    path("tracks/<uuid:track_id>/retry/", unsaved.retry_track, name="track_retry"),
    path("generations/<uuid:generation_id>/midi/", files.midi, name="midi"),
    path("files/<uuid:asset_id>/", files.asset, name="asset"),
    path("files/<uuid:asset_id>/download", files.asset_download, name="asset_download"),
    path("files/<uuid:asset_id>/cover/", files.use_as_cover, name="use_as_cover"),
    path("files/<uuid:asset_id>/retry/", unsaved.retry_asset, name="asset_retry"),
    path("projects/<uuid:project_id>/imports/", imports.bring, name="import"),
    path("unsaved/", unsaved.unsaved, name="unsaved"),
]
