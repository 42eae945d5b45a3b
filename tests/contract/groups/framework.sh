# Programs for .NET: where the framework is found, what is said when it is not, what is kept of the
# host's answer; crossgen of a published folder and of the framework; the library that stands for
# CoreCLR. Without an SDK for .NET 10 the group says how many checks that skips.

FRAMEWORK_CHECKS=52

framework_program() # DIRECTORY
{
    mkdir -p "$1"
    cp framework/app.dll framework/app.runtimeconfig.json "$1"
}

framework_config() # VERSION [MORE]
{
    printf '{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"%s"}%s}}\n' \
        "$1" "${2-}" >framework/case/app.runtimeconfig.json
}

# A deps.json that wants an assembly of a package.
framework_deps()
{
    cat >framework/case/app.deps.json <<'END'
{"runtimeTarget":{"name":".NETCoreApp,Version=v10.0"},
 "targets":{".NETCoreApp,Version=v10.0":{
  "app/1.0.0":{"dependencies":{"Parcel":"1.2.3"},"runtime":{"app.dll":{}}},
  "Parcel/1.2.3":{"runtime":{"lib/net10.0/Parcel.dll":{"assemblyVersion":"1.0.0.0"}}}}},
 "libraries":{"app/1.0.0":{"type":"project","serviceable":false,"sha512":""},
  "Parcel/1.2.3":{"type":"package","serviceable":true,"sha512":"","path":"parcel/1.2.3"}}}
END
}

# An installation whose host is a copy, and all else the real one's.
framework_installation()
{
    local version
    version=$(ls "$framework_root/host/fxr" | sort -V | tail -n 1)
    mkdir -p "framework/net/host/fxr/$version"
    cp "$framework_root/host/fxr/$version/libhostfxr.so" "framework/net/host/fxr/$version/"
    ln -sfn "$framework_root/shared" framework/net/shared
    framework_host=framework/net/host/fxr/$version/libhostfxr.so
}

framework_run()
{
    run env CODICIL_CACHE="$PWD/framework/cache" "$CODICIL" --mode=interp "$@"
}

# framework_refused TITLE WORD...: exit code 125, one line, with the words.
framework_refused()
{
    local title="framework: $1" word all=1
    shift
    for word in "$@"; do
        grep -qF -- "$word" err || all=0
    done
    check "$title: 125" "$code == 125"
    check "$title: one line that says why" "$(wc -l <err) == 1 && $all"
}

framework_found() # TITLE
{
    check "framework: $1" "$code != 125 && $(grep -c 'no framework\|dependency' err) == 0"
}

# -- What is said ----------------------------------------------------------------------

framework_refusals()
{
    rm -rf framework/case && framework_program framework/case
    DOTNET_ROOT=/no/where framework_run framework/case/app.dll
    framework_refused "no .NET" "DOTNET_ROOT=/no/where" "aka.ms/dotnet/download"
    framework_config 99.1.2
    framework_run framework/case/app.dll
    framework_refused "no such framework" "Microsoft.NETCore.App 99.1.2" "found: " \
        DOTNET_ROLL_FORWARD
    echo '{ "runtimeOptions": ' >framework/case/app.runtimeconfig.json
    framework_run framework/case/app.dll
    framework_refused "a damaged configuration" "app.runtimeconfig.json" "publish"
    rm framework/case/app.runtimeconfig.json
    framework_run framework/case/app.dll
    framework_refused "no configuration" ".runtimeconfig.json beside the program" "dotnet publish"
    # Without another place to look in, `dotnet` leaves it to the program to miss it.
    framework_config "$framework_version" && framework_deps
    mkdir -p framework/none
    printf '{"runtimeOptions":{"additionalProbingPaths":["%s"]}}' "$PWD/framework/none" \
        >framework/case/app.runtimeconfig.dev.json
    framework_run framework/case/app.dll
    framework_refused "a package that is missing" Parcel 1.2.3 lib/net10.0/Parcel.dll restore
    DOTNET_ROOT=/no/where run "$CODICIL" --no-cache --mode=interp "$HELLO"
    check "framework: a program for Mono needs none" "$code == 0"
    run "$CROSSGEN" -j 1 -o framework/case/out.r2r framework/case/app.dll
    check "framework: crossgen refuses a program whose package is missing" \
        "$code == 1 && $(grep -c 'Parcel' err) == 1"
}

# IL that names mscorlib alone is for Mono, unless a configuration beside it tells a host of .NET.
framework_choice()
{
    mkdir -p framework/choice/host
    cat >framework/choice/old.il <<'END'
.assembly extern mscorlib { .ver 4:0:0:0 }
.assembly old {}
.method static void Main() cil managed
{
    .entrypoint
    ldtoken [mscorlib]System.Object
    call class [mscorlib]System.Type [mscorlib]System.Type::GetTypeFromHandle(valuetype [mscorlib]System.RuntimeTypeHandle)
    callvirt instance class [mscorlib]System.Reflection.Assembly [mscorlib]System.Type::get_Assembly()
    call void [mscorlib]System.Console::WriteLine(object)
    ret
}
END
    ilasm -exe -output:framework/choice/old.exe framework/choice/old.il >out 2>&1
    framework_run framework/choice/old.exe
    check "framework: IL that names mscorlib is for Mono" "$(grep -c ^mscorlib, out) == 1"
    cp framework/choice/old.exe framework/choice/host/old.dll
    cp framework/app.runtimeconfig.json framework/choice/host/old.runtimeconfig.json
    framework_run framework/choice/host/old.dll
    check "framework: and beside a configuration for .NET" "$(grep -c ^System.Private.CoreLib, out) == 1"
}

# -- What is found ---------------------------------------------------------------------

framework_rules()
{
    rm -rf framework/case && framework_program framework/case
    framework_config 8.0.0
    framework_run framework/case/app.dll
    framework_refused "an older major version" "Microsoft.NETCore.App 8.0.0"
    DOTNET_ROLL_FORWARD=Major framework_run framework/case/app.dll
    framework_found "DOTNET_ROLL_FORWARD lets a newer one do"
    framework_config 8.0.0 ',"rollForward":"LatestMajor"'
    framework_run framework/case/app.dll
    framework_found "rollForward of the program lets a newer one do"
    framework_config 10.0.0
    framework_deps
    mkdir -p framework/packages/parcel/1.2.3/lib/net10.0
    cp framework/app.dll framework/packages/parcel/1.2.3/lib/net10.0/Parcel.dll
    printf '{"runtimeOptions":{"additionalProbingPaths":["%s"]}}' "$PWD/framework/packages" \
        >framework/case/app.runtimeconfig.dev.json
    framework_run framework/case/app.dll
    framework_found "additional probing paths are looked in"
    sleep 1
    framework_run framework/case/app.dll
    framework_found "and again, from what was kept"
    rm framework/packages/parcel/1.2.3/lib/net10.0/Parcel.dll
    framework_run framework/case/app.dll
    framework_refused "a package that has gone" Parcel
}

# What was kept is used: the host itself is broken then, which its directory does not show.
framework_kept()
{
    rm -rf framework/case framework/cache && framework_program framework/case
    framework_config 10.0.0
    framework_installation
    sleep 1
    DOTNET_ROOT=$PWD/framework/net framework_run framework/case/app.dll
    framework_found "an installation that DOTNET_ROOT names"
    check "framework: the answer is kept" "$(ls framework/cache/host | wc -l) == 1"
    : >"$framework_host"
    DOTNET_ROOT=$PWD/framework/net framework_run framework/case/app.dll
    framework_found "the next start does not ask the host"
    DOTNET_ROOT=$PWD/framework/net framework_run --no-cache framework/case/app.dll
    framework_refused "without the cache it does" libhostfxr.so
    chmod 777 framework/cache
    DOTNET_ROOT=$PWD/framework/net framework_run framework/case/app.dll
    framework_refused "what others may have written is not used" libhostfxr.so
    chmod 700 framework/cache
    printf x | dd of="$(ls framework/cache/host/*)" bs=1 seek=500 conv=notrunc status=none
    DOTNET_ROOT=$PWD/framework/net framework_run framework/case/app.dll
    framework_refused "what is damaged is not used" libhostfxr.so
    check "framework: what is damaged goes" "$(ls framework/cache/host | wc -l) == 0"
}

framework_names()
{
    rm -rf framework/case && framework_program framework/case
    framework_run framework/case/app
    framework_found "app stands for app.dll"
    cp "$CODICIL" framework/case/app
    framework_run framework/case/app
    framework_found "also beside an executable of that name"
    framework_run framework/case/ap
    framework_refused "nothing of the name" "no such file"
}

# -- crossgen --------------------------------------------------------------------------

framework_folder()
{
    rm -rf framework/case && framework_program framework/case
    framework_config 10.0.0
    mkdir -p framework/case/runtimes/unix/lib
    cp framework/app.dll framework/case/runtimes/unix/lib/Other.dll
    cp "$framework_dir/libSystem.Native.so" framework/case/
    echo text >framework/case/native.dll
    # Packages are often older than what they run on: this one refers to mscorlib alone.
    echo 'public class Old { public static int F() { return 1; } }' >framework/old.cs
    mcs -target:library -out:framework/case/Old.dll framework/old.cs >/dev/null
    run "$CROSSGEN" -j 1 -O 0 --report framework/report.json framework/case/
    check "framework: a published folder is compiled" "$code == 0"
    check "framework: each assembly of it gets its image" \
        "$(find framework/case -name '*.r2r' | wc -l) == 3"
    check "framework: what is no assembly is named" \
        "$(grep -c '^framework/case/native.dll: skipped: not a PE file' out) == 1"
    check "framework: and stands in the report" \
        "$(grep -c '"file": "framework/case/native.dll"' framework/report.json) == 1"
    run "$INSPECT" show framework/case/Old.dll.r2r
    check "framework: a package for older ones is compiled for what its program runs on" \
        "$(grep -c 'class.library *coreclr' out) == 1"
    run "$INSPECT" explain framework/case/app.dll.r2r
    check "framework: the image fits the framework that is found" "$code == 0"
    run "$CROSSGEN" framework/packages
    check "framework: a folder without assemblies is an error" \
        "$code == 1 && $(grep -c 'no assembly is in it' err) == 1"
}

framework_images()
{
    local images=framework/images/Microsoft.NETCore.App-$framework_version
    run "$CROSSGEN" -j 1 -O 0 -o framework/images --framework System.Runtime System.Web.HttpUtility.dll
    check "framework: named assemblies of the framework are compiled" "$code == 0"
    check "framework: their images lie by its version" \
        "$(ls "$images" | wc -l) == 2 && $(ls framework/images | wc -l) == 1"
    run "$INSPECT" explain "$images/System.Web.HttpUtility.dll.r2r"
    check "framework: they fit" "$code == 0"
    run "$CROSSGEN" --framework -o framework/images No.Such.Assembly
    check "framework: an assembly that it lacks is an error" \
        "$code == 1 && $(grep -c 'no No.Such.Assembly in' err) == 1"
}

# -- libcoreclr.so -----------------------------------------------------------------------

framework_host_library()
{
    local lib=$BUILD/lib/libcoreclr.so
    check "framework: libcoreclr.so exports the six functions of hosting alone" \
        "$(nm -D --defined-only "$lib" | grep -c ' T coreclr_') == 6 &&
         $(nm -D --defined-only "$lib" | grep -vc ' T coreclr_\| A CORECLR_1') == 0"
    [ "$BUILD" = "$ROOT/build" ] || return # sanitized libraries do not fit other programs
    gcc -o framework/hosting "$ROOT/tests/contract/hosting.c" -ldl
    run framework/hosting "$lib"
    check "framework: it refuses what is no start, in words" \
        "$code == 0 && $(grep -c TRUSTED_PLATFORM_ASSEMBLIES out) == 1"
}

# A program that was published with its own runtime, which is ours.
framework_self_contained()
{
    local file
    [ "$BUILD" = "$ROOT/build" ] || return # as above
    rm -rf framework/own && mkdir -p framework/own
    for file in "$framework_dir"/*.dll "$framework_dir"/*.so; do
        ln -s "$file" framework/own/
    done
    # What looks for its own directory is no link.
    rm framework/own/libhostpolicy.so framework/own/libcoreclr.so
    cp "$framework_dir/libhostpolicy.so" "$BUILD/lib/libcoreclr.so" framework/app.dll framework/own/
    cp "$(find "$framework_root/host/fxr" -name libhostfxr.so | sort -V | tail -n 1)" framework/own/
    python3 "$ROOT/tests/contract/selfcontained.py" "$framework_dir" framework/app.dll framework/own \
        "$(find "$framework_root/packs" -path '*linux-x64*' -name apphost | head -n 1)"
    run env CODICIL_CACHE="$PWD/framework/cache" CODICIL_CROSSGEN="$CROSSGEN" framework/own/app one two
    check "framework: a program with its own runtime starts on ours" "$code == 0"
    printf 'app one two\ntrue\n' >wanted
    same "framework: its arguments and properties arrive" wanted out
    run env LD_DEBUG=files framework/own/app
    check "framework: and no CoreCLR is in it" \
        "$(grep -c 'calling init: .*/framework/own/libcoreclr.so' err) == 1 &&
         $(grep -c "calling init: $framework_dir/libcoreclr.so" err) == 0"
}

framework()
{
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    framework_version=$("$ROOT/tests/tools/csc10") || {
        echo "skipped $FRAMEWORK_CHECKS checks of the framework: no .NET SDK 10 is installed"
        return
    }
    framework_root=${DOTNET_ROOT:-/usr/share/dotnet}
    framework_dir=$framework_root/shared/Microsoft.NETCore.App/$framework_version
    mkdir -p framework
    cat >framework/app.cs <<'END'
System.Console.WriteLine(args.Length > 0 ? "app " + string.Join(" ", args) : "app");
System.Console.WriteLine(System.AppContext.GetData("Contract.Switch") ?? "none");
END
    "$ROOT/tests/tools/csc10" framework/app.cs framework/app.dll || fail "framework: csc"
    framework_refusals
    framework_choice
    framework_rules
    framework_kept
    framework_names
    framework_folder
    framework_images
    framework_host_library
    framework_self_contained
}
framework
