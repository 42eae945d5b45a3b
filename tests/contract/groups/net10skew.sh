# A framework that was serviced between compile and run: methods of a program whose assumptions
# changed are refused, and no other; what the runtime itself relies on is looked at, too. Two kinds
# of frameworks: this one with one assembly changed (../Serviced.cs), and with --full the next one
# from NuGet, where that can be had.

SKEW10_CHECKS=12
SKEW10_NUGET=8
SKEW10=$ROOT/tests/contract/net10skew

# skew10_root NAME VERSION: a place for DOTNET_ROOT with the framework of now, as links.
skew10_root()
{
    local dir=$1/shared/Microsoft.NETCore.App/$2 file
    mkdir -p "$dir"
    ln -sfn "$skew10_dotnet/host" "$1/host"
    ln -sf "$skew10_dotnet/shared/Microsoft.NETCore.App/$skew10_version"/* "$dir/"
    cp "$skew10_dotnet/dotnet" "$1/"
    for file in libhostpolicy.so libcoreclr.so libclrjit.so System.Private.CoreLib.dll; do
        # What looks for its own directory is no link.
        cp --remove-destination "$skew10_dotnet/shared/Microsoft.NETCore.App/$skew10_version/$file" "$dir/"
    done
}

# skew10_change ROOT VERSION ASSEMBLY WHAT...: the assembly in it is another one.
skew10_change()
{
    local file=$1/shared/Microsoft.NETCore.App/$2/$3.dll what=$4
    shift 4
    rm -f "$file"
    run dotnet skew10/Serviced.dll "$what" \
        "$skew10_dotnet/shared/Microsoft.NETCore.App/$skew10_version/${file##*/}" "$file" "$@"
    [ "$code" = 0 ] || fail "net10skew: Serviced: $(head -n 1 err)"
}

skew10_refused() # the methods that r2rinspect says are refused, with the fact
{
    sed -nE 's/^  (.*): (method\.[a-z]+): .*/\1 \2/p' | sort -u
}

# skew10_runs TITLE ROOT PROGRAM MODE...: as dotnet does there. Its framework's own native
# code has the old bodies in it, and is left out.
skew10_runs()
{
    local title=$1 root=$2 program=$3 mode
    shift 3
    DOTNET_ROOT=$root DOTNET_ReadyToRun=0 run "$root/dotnet" "$program"
    cp out wanted
    for mode; do
        DOTNET_ROOT=$root run "$CODICIL" --no-cache --mode=$mode --stats=$mode.json "$program"
        same "net10skew: $title: output, $mode" wanted out
    done
}

skew10_one_body()
{
    local root=$PWD/skew10/body
    skew10_root "$root" 10.99.1
    skew10_change "$root" 10.99.1 System.Collections body 'System.Collections.Generic.Stack`1' get_Count 4711
    skew10_runs "one body" "$root" skew10/app.dll interp aot mixed
    check "net10skew: one body: the program has the new one" "$(head -n 1 wanted) == 4711"
    DOTNET_ROOT=$root run "$INSPECT" explain skew10/app.dll
    skew10_refused <out >refused
    echo "Program:Copied method.body" >refused.wanted
    same "net10skew: one body: what was copied is refused, and nothing else" refused.wanted refused
    check "net10skew: one body: the rest runs" "$(json_number aot.json methods.precompiled) > 3"
}

# Another build of the core assembly that means the same.
skew10_rebuilt()
{
    local root=$PWD/skew10/rebuilt
    skew10_root "$root" 10.99.2
    skew10_change "$root" 10.99.2 System.Private.CoreLib build
    skew10_change "$root" 10.99.2 System.Linq build
    skew10_runs "built again" "$root" skew10/app.dll mixed
    DOTNET_ROOT=$root run "$INSPECT" explain skew10/app.dll
    check "net10skew: built again: nothing is refused" "$code == 0"
}

# A method of the runtime that is called with other words than its C function takes.
skew10_signature()
{
    local root=$PWD/skew10/signature
    skew10_root "$root" 10.99.3
    skew10_change "$root" 10.99.3 System.Private.CoreLib parameter System.GC GetMemoryInfo
    cat >skew10/memory.cs <<'END'
try
{
    GC.GetGCMemoryInfo();
}
catch (EntryPointNotFoundException e)
{
    Console.WriteLine(e.Message);
}
Console.WriteLine("end");
END
    "$ROOT/tests/tools/csc10" skew10/memory.cs skew10/memory.dll || fail "net10skew: csc"
    DOTNET_ROOT=$root run "$CODICIL" --no-cache --mode=interp skew10/memory.dll
    printf '%s\nend\n' "System.GC:GetMemoryInfo of this build of .NET's class library passes ll:v to \
the runtime, and Codicil's function takes li:v." >wanted
    same "net10skew: a function that is called otherwise is refused in words" wanted out
    check "net10skew: and the program goes on" "$code == 0"
    run "$CODICIL" --no-cache --mode=interp skew10/memory.dll
    check "net10skew: which it is not where it is called as before" "$code == 0 && $(wc -l <out) == 1"
}

# A field that the runtime reaches by name, under another one.
skew10_member()
{
    local root=$PWD/skew10/member file
    skew10_root "$root" 10.99.4
    file=$root/shared/Microsoft.NETCore.App/10.99.4/System.Private.CoreLib.dll
    weave "$file" '\x00_stackTrace\x00' '\x00_stackTracX\x00'
    cat >skew10/thrown.cs <<'END'
try
{
    throw new InvalidOperationException("thrown");
}
catch (InvalidOperationException e)
{
    Console.WriteLine(e.StackTrace.Length > 0);
}
END
    "$ROOT/tests/tools/csc10" skew10/thrown.cs skew10/thrown.dll || fail "net10skew: csc"
    DOTNET_ROOT=$root run "$CODICIL" --no-cache --mode=interp skew10/thrown.dll
    check "net10skew: a member that is gone ends the program in words" \
        "$code == 125 && $(wc -l <err) == 1 && $(grep -c '_stackTrace ' err) == 1"
}

# -- From NuGet ------------------------------------------------------------------------

skew10_nuget_root() # the next framework with its assemblies and libraries; false: none
{
    local package=$HOME/.nuget/packages/microsoft.netcore.app.runtime.linux-x64 version dir files
    version=$(ls "$package" 2>/dev/null | grep '^10\.0\.[0-9]*$' | grep -vx "$skew10_version" | sort -V | tail -n 1)
    [ -n "$version" ] || return 1
    files=$package/$version/runtimes/linux-x64
    dir=skew10/next/shared/Microsoft.NETCore.App/$version
    mkdir -p "$dir"
    ln -sfn "$skew10_dotnet/host" skew10/next/host
    cp "$skew10_dotnet/dotnet" skew10/next/
    ln -sf "$files"/lib/net10.0/*.dll "$files"/native/* "$dir/"
    sed "s/${skew10_version//./\\.}/$version/g" \
        "$skew10_dotnet/shared/Microsoft.NETCore.App/$skew10_version/Microsoft.NETCore.App.deps.json" \
        >"$dir/Microsoft.NETCore.App.deps.json"
}

skew10_restore()
{
    mkdir -p skew10/restore
    cat >skew10/restore/next.csproj <<END
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>
<TargetFramework>net10.0</TargetFramework><RuntimeIdentifier>linux-x64</RuntimeIdentifier>
<SelfContained>true</SelfContained><NuGetAudit>false</NuGetAudit>
<RuntimeFrameworkVersion>10.0.$((${skew10_version##*.} + 1))</RuntimeFrameworkVersion>
</PropertyGroup></Project>
END
    (cd skew10/restore && timeout 120 dotnet restore >restore.log 2>&1)
}

skew10_nuget()
{
    local name
    skew10_nuget_root || { skew10_restore && skew10_nuget_root; } || {
        echo "skipped $SKEW10_NUGET checks of a serviced framework: none from NuGet"
        return
    }
    for name in app prog_lib prog_refl prog_json; do
        if [ $name != app ]; then
            cp "$ROOT/build/net10/$name".{dll,runtimeconfig.json} skew10/
            run "$CROSSGEN" -O 1 skew10/$name.dll
        fi
        skew10_runs "the next framework: $name" "$PWD/skew10/next" skew10/$name.dll interp mixed
    done
}

net10skew()
{
    selected "net10skew" || return
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    skew10_version=$("$ROOT/tests/tools/csc10") || {
        echo "skipped $SKEW10_CHECKS checks of a serviced framework: no .NET SDK 10 is installed"
        return
    }
    skew10_dotnet=${DOTNET_ROOT:-/usr/share/dotnet}
    mkdir -p skew10
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Serviced.cs "$OLDPWD/skew10/Serviced.dll") &&
        "$ROOT/tests/tools/csc10" "$SKEW10/app.cs" skew10/app.dll || fail "net10skew: csc"
    run "$CROSSGEN" -O 1 skew10/app.dll
    check "net10skew: the program is compiled" "$code == 0"
    skew10_one_body
    skew10_rebuilt
    skew10_signature
    skew10_member
    [ $full = 1 ] && skew10_nuget
}
net10skew
