# Nobody has to remember a number: what moves in the runtime makes images stale by itself.

if selected version && [ "$BUILD" = "$ROOT/build" ]; then
    # An inspector whose struct Type is another one judges as a loader of that build would.
    moved=$PWD/moved/bin/r2rinspect
    run make -s -C "$ROOT" MODE=release BUILD="$PWD/moved" CFLAGS=-DCODICIL_MOVED_TYPE_DEF "$moved"
    [ "$code" = 0 ] || tail -n 3 err
    check "version: a build with another struct Type" "$code == 0"
    cp "$HELLO" "$SIDECARS/hello.exe.r2r" .
    for image in hello.exe.r2r "$IMAGES"/*.r2r; do
        name=$(basename "$image")
        run "$INSPECT" explain "$image"
        check "version: $name fits the build that made it" "$code == 0"
        run "$moved" explain "$image"
        check "version: $name does not fit another" "$code == 1"
        check "version: $name is refused for its ABI alone" \
            "$(grep -c 'wanted' out) == 1 && $(grep -c '^  runtime.abi: wanted' out) == 1"
    done
fi
