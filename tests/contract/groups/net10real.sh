# Programs for .NET that nobody here wrote, as they come with the SDK and from NuGet: they do the same
# as under dotnet. Without --full two compilers, each with hello; with it larger inputs, MSBuild, the
# libraries and the test suite of tests/net10/projects, and a .NET tool. What needs packages that
# can't be restored is skipped, and counted.

real_projects=$ROOT/tests/net10/projects
real_n_quick=7
real_n_full=$((21 + 3 * $(cat "$real_projects"/libraries/*.cs | grep -c ' public static .* Run()')))
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# real_both TITLE MODE INTO PROGRAM ARGUMENT...: runs the program under dotnet and here; what it writes
# into the files INTO/* and to stdout, and the exit code, must be the same.
real_both()
{
    local title=$1 mode=$2 into=$3 wanted file
    shift 3
    selected "$title" || return
    rm -rf "$into" wanted
    mkdir -p "$into"
    run dotnet "$@"
    wanted=$code && cp out out.wanted && mv "$into" wanted && mkdir -p "$into"
    run "$CODICIL" --mode="$mode" "$@"
    check "$title: ends as under dotnet" "$code == $wanted && $code == 0"
    [ "$code" = 0 ] || head -n 3 err
    same "$title: says the same" out.wanted out
    for file in wanted/*; do
        [ -f "$file" ] && same "$title: writes the same ${file##*/}" "$file" "$into/${file##*/}"
    done
}

# -- Compilers ----------------------------------------------------------------------

real_csc() # TITLE MODE SOURCE
{
    real_both "$1" "$2" made "$real_sdk/Roslyn/bincore/csc.dll" -nologo -noconfig -deterministic \
        -optimize+ -unsafe+ -warn:0 -out:made/program.dll @references "$3"
}

real_fsc()
{
    real_both "fsc compiles hello" interp made "$real_sdk/FSharp/fsc.dll" --nologo --noframework \
        --targetprofile:netcore --deterministic+ --optimize+ -r:"$real_sdk/FSharp/FSharp.Core.dll" \
        -o:made/hello.dll @references "$real_projects/hello-fs/hello.fs"
    [ -f made/hello.dll ] || return
    cp "$real_sdk/FSharp/FSharp.Core.dll" made
    cp "$real_config" made/hello.runtimeconfig.json
    run dotnet made/hello.dll
    cp out out.wanted
    run "$CODICIL" --mode=interp made/hello.dll
    same "hello in F# says the same" out.wanted out
}

real_compilers()
{
    local sample
    for sample in linq generics threads; do
        cp "$ROOT/samples/$sample.cs" sample.cs
        real_csc "csc compiles the sample $sample" mixed sample.cs
    done
    "$real_projects/many-lines" 10000 >many.cs
    real_csc "csc compiles 10,000 lines" mixed many.cs
}

# -- Projects -----------------------------------------------------------------------

# real_build PROJECT: a copy of it, built by dotnet. False: its packages are out of reach, or
# (a failure) it could not be built.
real_build()
{
    rm -rf "$1"
    cp -r "$real_projects/$1" "$1"
    run dotnet restore "$1"
    if [ $code != 0 ]; then
        echo "skipped: packages of $1 can't be restored: $(grep -m 1 error out err)"
        return 1
    fi
    [ "${2-}" != restore ] || return 0
    run dotnet build "$1" -c Release --no-restore -o "$1/built" -p:UseSharedCompilation=false
    check "$1 can be built" "$code == 0"
    [ $code = 0 ]
}

real_msbuild()
{
    real_build classlib restore || return
    local by
    for by in dotnet "$CODICIL --mode=mixed"; do
        rm -rf classlib/bin
        # shellcheck disable=SC2086 # a command
        run $by "$real_sdk/MSBuild.dll" classlib/classlib.csproj -nologo -nodeReuse:false -v:m \
            -p:UseSharedCompilation=false -t:Rebuild
        check "MSBuild builds a class library: ${by%% *}" "$code == 0"
        [ "$by" != dotnet ] || mv classlib/bin built-by-dotnet
    done
    same "MSBuild builds the same class library" built-by-dotnet/Debug/net10.0/classlib.dll \
        classlib/bin/Debug/net10.0/classlib.dll
}

# Without times, and without a frame that dotnet's precompiled code has inlined; sorted, since the
# order of classes is another one in each run.
real_report()
{
    sed -E 's/Time: .*/Time/; /at System\.RuntimeMethodHandle\.InvokeMethod\(/d' | sort
}

real_suite()
{
    real_build suite || return
    local mode
    run dotnet suite/built/suite.dll :1 -noColor -parallel none
    real_report <out >out.wanted
    check "an xunit.v3 suite has its tests under dotnet" "$(grep -c 'Total: 2[0-9][0-9]' out) == 1"
    for mode in interp mixed; do
        run "$CODICIL" --mode=$mode suite/built/suite.dll :1 -noColor -parallel none
        real_report <out >report
        same "an xunit.v3 suite reports the same, $mode" out.wanted report
    done
}

real_libraries()
{
    real_build libraries || return
    local names name mode
    names=$(dotnet libraries/built/libraries.dll)
    for name in $names; do
        run dotnet libraries/built/libraries.dll "$name"
        cp out out.wanted
        for mode in interp mixed; do
            run "$CODICIL" --mode=$mode libraries/built/libraries.dll "$name"
            same "library $name, $mode" out.wanted out
        done
    done
    # All 84 take an hour: those of more than 600 KB stay without a sidecar, unless LIBRARIES=all.
    local some=(libraries/built)
    [ "${LIBRARIES-}" = all ] ||
        mapfile -t some < <(find libraries/built -maxdepth 1 -name '*.dll' -size -600k | sort)
    timeout 7200 "$CROSSGEN" "${some[@]}" >out 2>err </dev/null
    code=$?
    check "crossgen takes the libraries" "$code == 0 && ${#some[@]} > 0"
    for name in $names; do
        run dotnet libraries/built/libraries.dll "$name"
        cp out out.wanted
        run "$CODICIL" libraries/built/libraries.dll "$name"
        same "library $name, with sidecars" out.wanted out
    done
}

real_tool()
{
    run dotnet tool install csharpier --version 1.3.0 --tool-path tool
    local tool
    tool=$(find tool/.store -path '*/net10.0/*' -name CSharpier.dll 2>/dev/null | head -n 1)
    [ -n "$tool" ] || { echo "skipped: no tool can be installed" && return; }
    local source=$ROOT/tests/net10/golden/prog_lib.cs
    timeout 600 dotnet "$tool" format <"$source" >out.wanted 2>err
    timeout 600 "$CODICIL" "$tool" format <"$source" >out 2>err
    same "a .NET tool formats as under dotnet" out.wanted out
    check "a .NET tool has something to format" "$(wc -l <out) > 50"
}

# -- What is run --------------------------------------------------------------------

real_version=$("$ROOT/tests/tools/csc10")
real_root=${DOTNET_ROOT:-/usr/share/dotnet}
real_sdk=$(ls -d "$real_root"/sdk/10.* 2>/dev/null | sort -V | tail -n 1)
if [ -n "$real_version" ] && [ -n "$real_sdk" ]; then
    real_config=$PWD/config.json
    printf '{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"%s"}}}\n' \
        "$real_version" >"$real_config"
    real_pack=$(ls -d "$real_root"/packs/Microsoft.NETCore.App.Ref/10.*/ref/net10.0 | sort -V | tail -n 1)
    printf -- '-r:%s\n' "$real_pack"/*.dll >references
    cp "$ROOT/tests/net10/golden/hello.cs" hello.cs
    real_csc "csc compiles hello" interp hello.cs
    real_fsc
    if [ $full = 1 ]; then
        real_compilers
        real_msbuild
        real_suite
        real_libraries
        real_tool
    else
        echo "skipped $real_n_full checks of large programs for .NET: they need --full"
    fi
else
    echo "skipped $((real_n_quick + real_n_full * full)) checks of real programs: no .NET SDK 10"
fi
