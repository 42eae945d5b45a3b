/* jsonget FILE PATH: prints one value of a JSON file, for shell scripts. PATH is keys
 * and indices with dots between, e.g. methods.jitted or images.0.reasons.0.id; a final
 * `#` is the length of an array. Exit 1 without such a value. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *step(json_t *value, const char *key)
{
    if (json_is_array(value))
        return json_array_get(value, strtoul(key, NULL, 10));
    return json_object_get(value, key);
}

static int print(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return puts(json_string_value(value)) < 0;
    case JSON_INTEGER:
        return printf("%lld\n", (long long)json_integer_value(value)) < 0;
    case JSON_REAL:
        return printf("%g\n", json_real_value(value)) < 0;
    case JSON_TRUE:
        return puts("true") < 0;
    case JSON_FALSE:
        return puts("false") < 0;
    case JSON_NULL:
        return puts("null") < 0;
    default:
        return json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY) ||
               puts("") < 0;
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: jsonget FILE PATH\n");
        return 2;
    }
    json_error_t error;
    json_t *root = json_load_file(argv[1], 0, &error);
    if (!root) {
        fprintf(stderr, "jsonget: %s:%d: %s\n", argv[1], error.line, error.text);
        return 1;
    }
    json_t *value = root;
    for (char *key = strtok(argv[2], "."); key && value; key = strtok(NULL, ".")) {
        if (!strcmp(key, "#") && json_is_array(value)) {
            printf("%zu\n", json_array_size(value));
            return 0;
        }
        value = step(value, key);
    }
    int failed = !value || print(value);
    json_decref(root);
    return failed;
}
