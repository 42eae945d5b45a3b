/* embed.c - managed code from C: cc embed.c $(pkg-config --cflags --libs codicil) */
#include <codicil.h>
#include <stdio.h>

static int fail(codicil_error *error)
{
    fprintf(stderr, "embed: %s\n", codicil_error_message(error));
    codicil_error_free(error);
    return 1;
}

int main(int argc, char **argv)
{
    codicil_error *error;
    codicil_options options = {.size = sizeof options, .mode = "mixed"};
    codicil_runtime *runtime = codicil_open(&options, &error);
    if (argc < 2 || !runtime)
        return fail(error);

    /* A program, with its arguments. */
    int code;
    codicil_assembly *program = codicil_load(runtime, argv[1], &error);
    if (!program || !codicil_run_main(program, argc - 2, argv + 2, &code, &error))
        return fail(error);

    /* A static method. */
    codicil_assembly *corlib =
        codicil_load(runtime, "/usr/lib/mono/4.5/mscorlib.dll", &error);
    codicil_method *parse =
        corlib ? codicil_find_method(corlib, "System.Int32", "Parse", 1, &error) : NULL;
    codicil_value text = {.kind = CODICIL_STRING, .s = "42"}, number;
    if (!parse || !codicil_invoke(parse, &text, &number, &error))
        return fail(error);
    printf("%s is %lld\n", text.s, (long long)number.i);
    codicil_close(runtime);
    return code;
}
