// Suggests the browser's own time zone where nobody has chosen one yet.
for (const select of document.querySelectorAll("select[data-suggest-time-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Left alone when the form came back with a choice, or when the list does not know the zone.
  if (select.value === "UTC" && [...select.options].some((option) => option.value === zone)) select.value = zone;
}
