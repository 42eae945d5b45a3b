/* statsrow STATS.json ASSEMBLY: one row of the demo's table, fields separated by tabs:
 * what became of the assembly's image and why, and the numbers of methods that ran
 * precompiled, JITted, interpreted, and that were rejected. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Images name their assembly with or without directory and extension. */
static int is_named(const json_t *image, const char *assembly)
{
    const char *name = text_of(image, "assembly"), *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    size_t length = strlen(assembly);
    return !strncmp(name, assembly, length) && (!name[length] || name[length] == '.');
}

static json_t *find_image(const json_t *images, const char *assembly)
{
    size_t i;
    json_t *image;
    json_array_foreach(images, i, image)
    {
        if (is_named(image, assembly))
            return image;
    }
    return NULL;
}

/* A value as text: facts are numbers or strings, and some reasons have only one.
 * Returns what separates the next one. */
static const char *print_fact(const char *separator, const char *label, json_t *value)
{
    if (json_is_string(value) && *json_string_value(value))
        printf("%s %s %s", separator, label, json_string_value(value));
    else if (json_is_integer(value))
        printf("%s %s %lld", separator, label, (long long)json_integer_value(value));
    else
        return separator;
    return ",";
}

static void print_reason(const json_t *image)
{
    json_t *reasons = json_object_get(image, "reasons");
    json_t *first = json_array_get(reasons, 0);
    if (!first) {
        printf("-");
        return;
    }
    printf("%s:", text_of(first, "id"));
    const char *separator = print_fact("", "wanted", json_object_get(first, "wanted"));
    print_fact(separator, "found", json_object_get(first, "found"));
    if (json_array_size(reasons) > 1)
        printf(" (and %zu more)", json_array_size(reasons) - 1);
}

int main(int argc, char **argv)
{
    static const char *const columns[] = {"precompiled", "jitted", "interpreted",
                                          "rejected"};
    json_error_t error;
    json_t *stats = argc == 3 ? json_load_file(argv[1], 0, &error) : NULL;
    if (!stats) {
        fprintf(stderr, "statsrow: %s\n",
                argc == 3 ? error.text : "STATS.json ASSEMBLY");
        return 1;
    }
    json_t *image = find_image(json_object_get(stats, "images"), argv[2]);
    printf("%s\t", image ? text_of(image, "verdict") : "missing");
    print_reason(image);
    json_t *methods = json_object_get(stats, "methods");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        printf("\t%lld",
               (long long)json_integer_value(json_object_get(methods, columns[i])));
    putchar('\n');
    json_decref(stats);
    return 0;
}
