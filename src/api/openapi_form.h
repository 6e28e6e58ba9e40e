/* api/openapi_form.h - JSON Schemas of bodies and parameters. */
#ifndef INNKEEPER_API_OPENAPI_FORM_H
#define INNKEEPER_API_OPENAPI_FORM_H

#include "api/openapi_schema.h"
#include "api/parameter.h"
#include "api/route.h"

/* Writes `"content":{…}`: the media type of such a body and its schema. */
void openapi_content(struct schemas *schemas, const struct form *form);

/* Writes the schema of a query's parameter. */
void openapi_parameter_schema(struct json_writer *json, const struct parameter *parameter);

/* Members of components/schemas that are not of a shape: what the contract puts around objects. */
void openapi_envelopes(struct schemas *schemas);

#endif
