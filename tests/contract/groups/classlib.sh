# The class library that code was compiled for, and names that lie in the wrong room.

# classlib_build FILE: another build of the core assembly, in FILE: its constant says so.
classlib_build()
{
    local at
    cp /usr/lib/mono/4.5/mscorlib.dll "$1"
    at=$(grep -obUaP 'A\x00B\x00B\x007\x002\x001\x00D\x006\x00-\x00' "$1" | head -1 | cut -d: -f1)
    # shellcheck disable=SC2059 # the format is the byte
    printf B | dd of="$1" bs=1 seek="${at:?no build in mscorlib}" conv=notrunc status=none
}

classlib_facts()
{
    cp "$HELLO" hello.exe
    run "$CROSSGEN" hello.exe
    run "$INSPECT" show hello.exe.r2r
    check "class library: r2rinspect shows name and build" \
        "$(grep -c 'class\.library *mono ABB721D6-116A-4555-B4FD-9248146D2051' out) == 1"
    run "$INSPECT" host --json
    check "class library: the host says it, too" "$(grep -c '"class.library": "mono ' out) == 1"
    cp out here.json
    run "$INSPECT" explain --against here.json hello.exe.r2r
    check "class library: the same is accepted" "$code == 0"
    sed 's/"class.library": "mono [^"]*"/"class.library": "mono 00000000"/' here.json >other.json
    run "$INSPECT" explain --against other.json hello.exe.r2r
    check "class library: another one is refused with its reason" \
        "$code == 1 && $(grep -c '^  class\.library: wanted mono ABB.*, found mono 00000000: compiled for another class library$' out) == 1"
}

classlib_builds()
{
    mkdir -p other
    classlib_build other/mscorlib.dll
    run "$CROSSGEN" -r other -o refused.r2r hello.exe
    check "class library: crossgen does not compile for another build" \
        "$code == 1 && $(grep -c 'other/mscorlib.dll: not the class library of Mono 6\.8' err) == 1"
    check "class library: no image is left of it" "$([ -e refused.r2r ] && echo 1 || echo 0) == 0"
}

# classlib_misplaced TITLE FILE LINE: the check of names fails for that line, and says where it is.
classlib_misplaced()
{
    echo "$3" >>"tree/$2"
    run "$ROOT/tests/names" tree
    check "names: $1" "$code == 1 && $(grep -c . out) == $classlib_before + 1 &&
        $(grep -cF "$2:" out) == 1"
    cp "$ROOT/$2" "tree/$2"
}

classlib_names()
{
    local classlib_before
    mkdir tree
    cp -r "$ROOT"/{common,crossgen,format,loader} tree
    run "$ROOT/tests/names" tree
    classlib_before=$(grep -c . out)
    check "names: every name is where it belongs" "$code == 0 && $classlib_before == 0"
    classlib_misplaced "a library's file" common/types/load.c '/* as mscorlib has it */'
    classlib_misplaced "a directory" format/host.c '#define WHERE "/usr/share/dotnet"'
    classlib_misplaced "a table" crossgen/seeds.c '#include "common/library/mono/seeds.def"'
    classlib_misplaced "an internal call" common/ir/synth.c '#include "loader/library/mono/icall.h"'
    classlib_misplaced "a private field" crossgen/plan.c 'static const char *items = "_items";'
    classlib_misplaced "a member" common/ir/abi.c 'Field *f = type_find_field(type, "length");'
    classlib_misplaced "a type of the library's own" common/types/sig.c 'const char *t = "InternalThread";'
    classlib_misplaced "a constant" loader/reflect/invoke.c 'const char *f = "CreateString";'
    rm -r tree
}

classlib()
{
    selected "class library" && classlib_facts && classlib_builds
    selected "names" && classlib_names
}
classlib
