"""The served operations as an OpenAPI 3.1 document, for tools that make clients of it."""

from functools import cache
from typing import Any

from django.conf import settings

from suno_web.gateway import describing
from suno_web.gateway.describing import Described, Field

Json = dict[str, Any]


@cache
def document() -> Json:
    """The whole document."""
    paths: Json = {}
    schemas: Json = {}
    for one in describing.all_operations():
        for path in (one.operation.path, *one.operation.also):
            paths.setdefault(path, {})[one.operation.method.lower()] = _operation(one, path, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Suno API of this studio",
            "version": "1",
            "description": "Application errors come as HTTP 200 with a code other than 200 in the body.",
        },
        "servers": [{"url": settings.BASE_URL}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _operation(one: Described, path: str, schemas: Json) -> Json:
    operation = one.operation
    name = operation.name if path == operation.path else f"{operation.name}_as_{path.split('/')[-2]}"
    described: Json = {
        "operationId": name,
        "summary": one.summary,
        "responses": {"200": _answer(one, schemas)},
    }
    if operation.method == "GET":
        described["parameters"] = [
            {"name": field.name, "in": "query", "required": field.required, "schema": _field(field)}
            for field in one.fields
        ]
    elif one.fields:
        kind = "multipart/form-data" if operation.body == "multipart" else "application/json"
        body = {
            "type": "object",
            "required": [field.name for field in one.fields if field.required],
            "properties": {field.name: _field(field) for field in one.fields},
        }
        content = {"schema": body} | ({"example": one.example} if one.example else {})
        described["requestBody"] = {"required": True, "content": {kind: content}}
    return described


def _field(field: Field) -> Json:
    if field.type == "file":
        return {"type": "string", "contentMediaType": "application/octet-stream"}
    schema: Json = {"type": field.type}
    if field.choices:
        schema["enum"] = list(field.choices)
    elif field.type == "string":
        schema |= {"maxLength": int(field.most)} if field.most else {}
    elif field.type == "array":
        schema["items"] = {"type": "string"}
    else:
        schema |= {"maximum": field.most} if field.most is not None else {}
        schema |= {"minimum": field.least} if field.least is not None else {}
    return schema | ({"default": field.default} if field.default not in (None, "") else {})


def _answer(one: Described, schemas: Json) -> Json:
    data = describing.result_schema(one.operation)
    # The parts of an answer are named once for all operations.
    schemas.update(data.pop("$defs", {}))
    envelope: Json = {
        "type": "object",
        "required": ["code", "msg"],
        "properties": {
            "code": {"type": "integer", "description": "200, or what went wrong."},
            "msg": {"type": "string"},
            "data": {"anyOf": [data, {"type": "null"}]},
        },
    }
    if one.operation.uploads:
        envelope["properties"]["success"] = {"type": "boolean"}
    return {"description": "The answer", "content": {"application/json": {"schema": envelope}}}
