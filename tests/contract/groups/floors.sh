# tests/layers finds what is put into the wrong room: a line in a copy of the sources each time.

wrong_room() # TITLE FILE INCLUDED MESSAGE: the line and nothing else is complained of
{
    mkdir -p "rooms/$(dirname "$2")"
    cp "$ROOT/$2" "rooms/$2.as-it-was" 2>/dev/null
    echo "#include \"$3\"" >>"rooms/$2"
    run "$ROOT/tests/layers" rooms
    check "floors: $1" "$code == 1 && $(wc -l <out) == 1 && $(grep -cF "$4" out) == 1"
    if [ -f "rooms/$2.as-it-was" ]; then mv "rooms/$2.as-it-was" "rooms/$2"; else rm "rooms/$2"; fi
}

floors()
{
    selected "floors: " || return
    rm -rf rooms
    mkdir rooms
    for layer in common format crossgen loader; do
        cp -r "$ROOT/$layer" rooms
    done
    run "$ROOT/tests/layers" rooms
    check "floors: everything lies where it belongs" "$code == 0 && $(wc -l <out) == 0"

    wrong_room "the collector must not know threads" \
        loader/gc/gc.c loader/vm/thread.h "loader/gc must not include loader/vm/thread.h"
    wrong_room "objects must not know who runs their methods" \
        loader/vm/delegate.c loader/exec/invoke.h "loader/vm must not include"
    wrong_room "the engine must not know how P/Invokes are made" \
        loader/exec/method.c loader/interop/interop.h "loader/exec must not include"
    wrong_room "interop must not know a class library" \
        loader/interop/call.c loader/library/mono/library.h "loader/interop must not include"
    wrong_room "a class library must not know the program" \
        loader/library/mono/icall.c loader/host/startup.h "loader/library must not include"
    wrong_room "class libraries must not know each other" \
        loader/library/other/icall.c loader/library/mono/library.h \
        "loader/library/mono/library.h is of the class library mono"
    wrong_room "the program knows no more of a class library than its library.h" \
        loader/host/main.c loader/library/mono/icall.h "is of the class library mono"
    wrong_room "private headers stay in their folder" \
        loader/interop/call.c loader/exec/stubs_private.h "is private to its folder"
    wrong_room "types must not know the importer" \
        common/types/layout.c common/ir/ir.h "common/types must not include"

    sed -i '1s/^/\/* Private to loader\/exec. *\/\n/' rooms/loader/exec/method.h
    run "$ROOT/tests/layers" rooms
    check "floors: what says that it is private is named so" \
        "$code == 1 && $(grep -cF 'loader/exec/method.h: private' out) == 1"

    run "$ROOT/tests/layers" --objects "$BUILD/obj"
    check "floors: no object calls what lies above it" "$code == 0 && $(wc -l <out) == 0"
    mkdir -p objects/loader/gc objects/loader/vm
    printf 'void vm_exit(int); void f(void); void f(void) { vm_exit(1); }\n' | gcc -c -x c - -o objects/loader/gc/gc.c.o
    printf 'void vm_exit(int); void vm_exit(int n) { (void)n; }\n' | gcc -c -x c - -o objects/loader/vm/vm.c.o
    run "$ROOT/tests/layers" --objects "$PWD/objects"
    check "floors: a call of what lies above is found without an include" \
        "$code == 1 && $(grep -cF 'loader/gc must not call vm_exit of loader/vm' out) == 1"
}

floors
