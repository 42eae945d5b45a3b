# Files that were changed in place: MVID, size and time stay, and what was compiled from the
# bytes before must not run. Times decide nothing.

stale_sources()
{
    cat >library.cs <<'END'
using System.Runtime.InteropServices;
[StructLayout(LayoutKind.Explicit, Size = 600)]
public struct Far { [FieldOffset(291)] public byte there; }
public static class Library
{
    public static int Number() { return 0x1457; }
    public static string Text() { return "library says"; }
    public static int Pick<T>(T[] from) { return from.Length + 0x2467; }
}
END
    cat >program.cs <<'END'
using System;
using System.Runtime.InteropServices;
[StructLayout(LayoutKind.Explicit, Size = 600)]
struct Own { [FieldOffset(293)] public byte there; }
static unsafe class Program
{
    static int Secret() { return 0x3477; }
    static int Alone() { int n = 0; for (int i = 0; i < 10; i++) n += i; return n; }
    static string Text() { return "program says"; }
    static int Inlined() { return Library.Number(); }
    static int Instance() { return Library.Pick(new Own[2]); }
    static int OfOwn(Own *own) { return own->there; }
    static int OfFar(Far *far) { return far->there; }
    static void Main()
    {
        byte *bytes = stackalloc byte[600];
        for (int i = 0; i < 600; i++)
            bytes[i] = (byte)i;
        Console.WriteLine("{0:x} {1} {2:x} {3:x}", Secret(), Alone(), Inlined(), Instance());
        Console.WriteLine("{0} {1}", OfOwn((Own *)bytes), OfFar((Far *)bytes));
        Console.WriteLine("{0}, {1}", Text(), Library.Text());
    }
}
END
    mcs -nologo -target:library -out:library.dll library.cs &&
        mcs -nologo -unsafe -r:library.dll -out:program.exe program.cs
    run "$CROSSGEN" library.dll program.exe
    mkdir -p made
    cp -p library.dll library.dll.r2r program.exe program.exe.r2r made
}

# rejected FILE: which methods of the program and its library were refused, and why.
rejected()
{
    "$ROOT/build/tools/jsonget" "$1" "rejected.#" >/dev/null 2>&1 || return
    local i count
    count=$(json_number "$1" "rejected.#")
    for ((i = 0; i < count; i++)); do
        echo "$(json_number "$1" "rejected.$i.name") $(json_number "$1" "rejected.$i.reason")"
    done | grep '^\(Program\|Library\)'
}

# stale_case TITLE LINE: the woven program prints LINE in all modes, in one of them with what
# the cache holds of the program before.
stale_case()
{
    local mode option
    for mode in interp jit aot mixed; do
        option=--no-cache
        [ $mode = jit ] && option=--verify=full
        run "$CODICIL" $option --mode=$mode --stats=$mode.json program.exe
        check "stale code: $1, $mode" "$code == 0 && $(grep -cx "$2" out) == 1"
    done
}

stale_start() # afresh
{
    cp -p made/* .
}

stale()
{
    selected "stale code" || return
    stale_sources
    run "$CODICIL" --no-cache --stats=stats.json program.exe
    check "stale code: nothing is refused before" "$code == 0 && $(rejected stats.json | wc -l) == 0"
    printf '3477 45 1457 2469\n37 35\nprogram says, library says\n' >wanted
    same "stale code: what the program says before" wanted out

    run "$CODICIL" --mode=jit program.exe # fills the cache

    touch -d @0 program.exe library.dll
    run "$CODICIL" --no-cache --stats=stats.json program.exe
    check "stale code: no time" "$code == 0 && $(rejected stats.json | wc -l) == 0 &&
        $(grep -c Program <(json_number stats.json rejected)) == 0"
    touch program.exe library.dll
    run "$INSPECT" explain program.exe
    check "stale code: a later time" "$code == 0 && $(grep -c accepted out) == 1"

    stale_start
    weave program.exe '\x20\x77\x34\x00\x00' '\x20\x78\x34\x00\x00'
    stale_case "a body" "3478 45 1457 2469"
    check "stale code: a body that changed takes no others with it" \
        "$(rejected mixed.json | grep -c 'method.il') > 0 && $(rejected mixed.json | grep -c Alone) == 0"
    run "$CODICIL" --no-cache --list-methods=list program.exe
    check "stale code: the others are listed as precompiled, this one is not" \
        "$(grep -c $'^precompiled\tprogram\tProgram:Alone' list) == 1 &&
         $(grep -c $'^precompiled.*Program:Secret' list) == 0 &&
         $(grep -c $'interpreted,rejected\tprogram\tProgram:Secret' list) == 1"
    run "$CODICIL" --no-cache --require-native program.exe
    check "stale code: --require-native refuses it, in a line with name and reason" \
        "$code == 125 && $(wc -l <err) == 1 && $(grep -c 'Program:.*method.il' err) == 1 &&
         $(wc -c <out) == 0"
    run "$INSPECT" explain program.exe
    check "stale code: explain counts and names it" "$code == 1 &&
        $(grep -c 'accepted, .*, [0-9]* of [0-9]* methods usable' out) == 1 &&
        $(grep -c '^  Program:Secret: method.il: wanted .*, found ' out) == 1 &&
        $(grep -c Alone out) == 0"
    run "$INSPECT" explain --json program.exe
    check "stale code: explain --json counts it" \
        "$(json_number out methods.total) > $(json_number out methods.usable) &&
         $(json_number out methods.usable) > 0 && $(grep -c '"Program:Secret"' out) == 1"
    run "$INSPECT" methods program.exe
    check "stale code: methods has a verdict for each" \
        "$(grep -c ' rejected  Program:Secret: method.il' out) == 1 &&
         $(grep -c ' usable  *Program:Alone$' out) == 1"

    stale_start
    weave library.dll '\x20\x57\x14\x00\x00' '\x20\x58\x14\x00\x00'
    stale_case "a body of a library that is inlined" "3477 45 1458 2469"
    run "$INSPECT" explain program.exe
    check "stale code: who inlined it is refused alone" \
        "$(grep -c '^  Program:Inlined: method.il' out) == 1 && $(grep -c 'Program:\(Alone\|Instance\)' out) == 0"

    stale_start
    weave library.dll '\x20\x67\x24\x00\x00' '\x20\x68\x24\x00\x00'
    stale_case "a body of a library's generic method" "3477 45 1457 246a"

    stale_start
    weave program.exe 'p\x00r\x00o\x00g\x00r\x00a\x00m\x00 ' 'P'
    weave library.dll 'l\x00i\x00b\x00r\x00a\x00r\x00y\x00 ' 'L'
    stale_case "a user string" "Program says, Library says"
    run "$CODICIL" --no-cache --stats=stats.json program.exe
    check "stale code: strings are read when they are used" "$(rejected stats.json | wc -l) == 0"

    stale_start
    weave program.exe '\x25\x01\x00\x00' '\x24\x01\x00\x00'
    stale_case "a field's place" "36 35"
    run "$INSPECT" explain program.exe
    check "stale code: metadata that changed has a reason" \
        "$code == 1 && $(grep -c '^  assembly.content: wanted' out) == 1"
    run "$CODICIL" --no-cache --require-native program.exe
    check "stale code: --require-native refuses it for that" \
        "$code == 125 && $(grep -c 'assembly.content' err) == 1"

    stale_start
    weave library.dll '\x23\x01\x00\x00' '\x22\x01\x00\x00'
    stale_case "a place of a library's field" "37 34"
    run "$INSPECT" explain program.exe
    check "stale code: who knew the place is refused alone" \
        "$(grep -c '^  Program:OfFar: method.' out) == 1 &&
         $(grep -c 'Program:\(Alone\|OfOwn\|Inlined\)' out) == 0"
}

stale
