# A library that was built again between compile and run. Every file of ../skew is a kind of
# change: with LIBRARY it is a part of the library, in its next build if the file's own name is
# defined, too; without it is a part of the program that was compiled against the first build.
# Its head says which methods of the program must be refused then, and why: all others must
# not. The program prints what mono prints; where mono does not know better, the head says so:
#
#   // refuses METHOD REASON
#   // prints LINE

SKEW=$ROOT/tests/contract/skew

skew_kinds() # all files that are kinds of change, that one first which must be the first
{
    echo text_added
    (cd "$SKEW" && ls ./*.cs) | sed 's|./\(.*\)\.cs|\1|' | grep -vx 'text_added\|unrelated'
}

skew_class() # KIND: the class of its part of the program
{
    sed -E 's/(^|_)(.)/\U\2/g' <<<"$1"
}

# skew_library PLACE KIND...: the library of these kinds, with unrelated.cs `first`, in the
# `middle`, `last` or at `none` of these places.
skew_library()
{
    local place=$1 kind sources=() options=()
    shift
    [ "$place" = first ] && sources+=("$SKEW/unrelated.cs")
    for kind in $(skew_kinds); do
        [ "$place $kind" = "middle everything" ] && sources+=("$SKEW/unrelated.cs")
        sources+=("$SKEW/$kind.cs")
    done
    [ "$place" = last ] && sources+=("$SKEW/unrelated.cs")
    for kind in "$@"; do
        options+=("-d:$kind")
        [ "$kind" = forwarded ] && options+=(-r:moved.dll)
    done
    mcs -nologo -unsafe -warn:0 -optimize+ -target:library -d:LIBRARY "${options[@]}" \
        -out:library.dll "${sources[@]}"
}

# Methods of the program are called by each other, and not copied: each stands for itself.
skew_program()
{
    local kind
    {
        cat <<'END'
static class Program
{
    static void Show(string kind, System.Func<string> run)
    {
        try { System.Console.WriteLine(kind + ": " + run()); }
        catch (System.Exception e) { System.Console.WriteLine(kind + ": " + e.GetType()); }
    }
    static void Main()
    {
END
        for kind in $(skew_kinds); do
            echo "Show(\"$(skew_class "$kind")\", $(skew_class "$kind").Run);"
        done
        echo "} }"
    } >program.cs
    local alone='[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]'
    for kind in $(skew_kinds); do
        sed "/^#else/,\$ s/^    static /    $alone &/" "$SKEW/$kind.cs" >"of_$kind.cs"
    done
    mcs -nologo -unsafe -warn:0 -optimize+ -r:library.dll -out:program.exe program.cs of_*.cs
}

# skew_said WORD KIND...: what the heads of these kinds say behind the word.
skew_said()
{
    local word=$1 kind
    shift
    for kind in "$@"; do
        sed -n "s|^// $word ||p" "$SKEW/$kind.cs"
    done
}

# What explain says of a program on stdin, as the heads say it.
skew_refused()
{
    sed -nE 's/^  (.*): (method\.[a-z]+): .*/\1 \2/p' | sort
}

skew_wanted() # KIND...: what the program must print
{
    local line
    run mono program.exe
    cp out wanted
    skew_said prints "$@" | while read -r line; do
        awk -v line="$line" 'index($0, substr(line, 1, index(line, ":"))) == 1 { print line; next } { print }' \
            wanted >wanted.new
        mv wanted.new wanted
    done
}

# skew_case TITLE KIND...: the program beside the library of now.
skew_case()
{
    local title=$1 mode modes="aot mixed"
    shift
    [ $# -gt 1 ] && modes="interp $modes"
    skew_wanted "$@"
    skew_said refuses "$@" | sort >refused.wanted
    run "$INSPECT" explain program.exe
    skew_refused <out >refused
    same "skew: $title: the methods that must be refused are" refused.wanted refused
    for mode in $modes; do
        run "$CODICIL" --no-cache --mode=$mode --stats=$mode.json program.exe
        same "skew: $title: output, $mode" wanted out
    done
    skew_loader refused.wanted
    check "skew: $title: the loader refuses them, too, and no other" "$? == 0"
}

# Are the methods of the program's image that the run in mode aot refused among those of a
# file? The loader writes parameters and other brackets; both are left out.
skew_loader()
{
    local i count
    count=$(json_number aot.json "rejected.#")
    for ((i = 0; i < count; i++)); do
        [[ $(json_number aot.json "rejected.$i.image") == *program.exe.r2r ]] || continue
        echo "$(json_number aot.json "rejected.$i.name" | sed 's/ (.*//')" \
            "$(json_number aot.json "rejected.$i.reason")"
    done | skew_plain >refused.met
    skew_plain <"$1" | comm -23 refused.met - | cmp -s - /dev/null &&
        [ "$(wc -l <refused.met)" -ge $(($(wc -l <"$1") / 2)) ]
}

skew_plain()
{
    sed -E 's/\[[^]]*\]|<[^>]*>//g' | sort -u
}

# skew_of_il NAME TITLE: a library that C# can't write, NAME.il: lines that end in "next" are of the
# next build alone, those that end in "before" of the first. The caller has written what that shall
# print (NAME/wanted) and the methods that it refuses (NAME/refused.wanted).
skew_of_il()
{
    local mode name=$1 title=$2
    cd "$name" || exit 1
    grep -v '// next$' "$SKEW/$name/$name.il" >before.il
    grep -v '// before$' "$SKEW/$name/$name.il" >next.il
    ilasm -quiet -dll -output:"$name.dll" before.il >/dev/null
    sed 's/^    static int\|^    static string/    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)] &/' \
        "$SKEW/$name/$name.cs" >program.cs
    mcs -nologo -optimize+ -r:"$name.dll" program.cs
    run "$CROSSGEN" program.exe
    run "$INSPECT" explain program.exe
    check "skew: $title: nothing is refused before" "$code == 0"
    ilasm -quiet -dll -output:"$name.dll" next.il >/dev/null
    for mode in interp aot mixed; do
        run "$CODICIL" --no-cache --mode=$mode program.exe
        same "skew: $title: output, $mode" wanted out
    done
    run "$INSPECT" explain program.exe
    skew_refused <out >refused
    same "skew: $title: the methods that must be refused are" refused.wanted refused
    cd ..
}

# An initialiser of the module is no method of a class.
skew_initializer()
{
    mkdir -p initializer
    printf '5[module]\nmissing\n' >initializer/wanted
    printf 'Program:Inlined method.body\nProgram:Modified method.names\n' >initializer/refused.wanted
    skew_of_il initializer "module initialiser"
}

# A class puts another method of its own into a slot.
skew_ownslot()
{
    mkdir -p ownslot
    echo "2 2" >ownslot/wanted
    echo 'Program:OfM method.names' >ownslot/refused.wanted
    skew_of_il ownslot "own slot"
}

# The same build, in which the bytes of one body have changed.
skew_il()
{
    cp first/library.dll library.dll
    weave library.dll '\x20\x57\x14\x00\x00' '\x20\x59\x14\x00\x00'
    echo "InlinedBody:Number method.il" >refused.wanted
    run "$INSPECT" explain program.exe
    skew_refused <out >refused
    same "skew: one fact alone: il: the methods that must be refused are" refused.wanted refused
}

skew()
{
    selected "skew" || return
    local kind place
    skew_library none
    skew_program
    mcs -nologo -unsafe -warn:0 -optimize+ -target:library -d:MOVED -out:moved.dll \
        "$SKEW/forwarded.cs"
    run "$CROSSGEN" program.exe
    check "skew: the program is compiled" "$code == 0"
    mkdir -p first && cp library.dll first
    skew_case "the same build"
    skew_library none
    skew_case "built again as it was"
    for place in first middle last; do
        skew_library $place
        skew_case "unrelated types $place"
    done
    skew_library none text_added
    skew_case "unrelated text" text_added
    for place in first middle last; do
        skew_library none members_$place
        skew_case "unrelated members $place"
    done
    # shellcheck disable=SC2046 # a list
    skew_library first $(skew_kinds) &&
        skew_case "all kinds of change at once" $(skew_kinds)
    # Each kind of fact, by the one change that it is for.
    for kind in struct_grown:layout fields_reordered:field virtual_added:slot \
        callee_renamed:body value_override:impls unsealed:sealed removed:names; do
        skew_library none "${kind%:*}"
        skew_case "one fact alone: ${kind#*:}" "${kind%:*}"
        check "skew: one fact alone: ${kind#*:}: is the reason" \
            "$(grep -c " method\.${kind#*:}\$" refused) > 0"
    done
    skew_il
    skew_initializer
    skew_ownslot
    [ $full = 1 ] || return
    for kind in $(skew_kinds); do
        skew_library none "$kind"
        skew_case "$kind" "$kind"
    done
}

skew
