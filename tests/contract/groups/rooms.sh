# A file in the wrong room is found: reflect and the services of a class library.

# misplaced TITLE FILE INCLUDED PATTERN: a copy of FILE that also includes INCLUDED.
misplaced()
{
    rm -rf rooms
    mkdir -p rooms/{common,format,crossgen,loader} "rooms/${2%/*}"
    { echo "#include \"$3\"" && cat "$ROOT/$2"; } >"rooms/$2"
    run "$ROOT/tests/layers" "$PWD/rooms"
    check "rooms: $1" "$code == 1 && $(grep -c "^$2:1: $4" out) >= 1"
}

rooms()
{
    mkdir -p rooms/{common,format,crossgen,loader}
    run "$ROOT/tests/layers" "$PWD/rooms"
    check "rooms: an empty tree is in order" "$code == 0"
    misplaced "reflect knows no class library" loader/reflect/members.c \
        loader/library/mono/reflection/objects.h "loader/reflect must not include"
    misplaced "services know no runtime" loader/library/mono/services/socket.c \
        loader/vm/vm.h "services must not include"
    misplaced "services know no internal calls" loader/library/mono/services/disk.c \
        loader/library/mono/table.h "services must not include"
}

selected "rooms" && rooms
