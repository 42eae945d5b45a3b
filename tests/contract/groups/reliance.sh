# What compiled code relies on of a library, one thing at a time: the library is built anew with
# that changed, and exactly the methods that took it for granted are refused.

reliance_sources()
{
    cat >relied.cs <<'END'
public struct Pair { public long a, b; }
public sealed class Closed { }
public class Base { public int Number() { int n = 0; for (int i = 0; i < 2; i++) n += i; return n; } }
public class Derived : Base { }
public class Doors
{
    public static int Open() { int n = 0; for (int i = 0; i < 3; i++) n += i; return n; }
    public static int Place = 5;
}
public class Thing { public override string ToString() { return "a thing"; } }
public class Shape { }
public interface Named { string Name(); }
public class Somebody : Named { public virtual string Name() { return "somebody"; } }
public enum Color { Red, Green }
public class Made
{
    public static Closed[][] Rows() { return new Closed[2][]; }
    public static object Shape() { return new Shape(); }
}
END
    cat >relying.cs <<'END'
using System;
static class Program
{
    static int Second(Pair unused, int a, int b) { return a * 100 + b; }
    static Pair Fail(string text) { throw new Exception(text); }
    static void Put(Closed[][] to, Closed[] row) { to[0] = row; }
    static int Door() { return Doors.Open(); }
    static int Place() { return Doors.Place; }
    static object New() { return new Thing(); }
    static bool Is(object o) { return o is Shape; }
    static unsafe int Size() { return sizeof(Pair); }
    static string Call(Named named) { return named.Name(); }
    static int Inherited() { return Hidden.Number(); }
    static int Alone() { int n = 0; for (int i = 0; i < 10; i++) n += i; return n; }

    static void Try(string name, Func<object> f)
    {
        try { Console.WriteLine("{0}: {1}", name, f()); }
        catch (Exception e) { Console.WriteLine("{0}: {1}", name, e.GetType().Name); }
    }
    static void Main()
    {
        Try("second", () => Second(new Pair(), 3, 4));
        Try("fail", () => { try { return Fail("words"); } catch (Exception e) { return e.Message; } });
        Try("put", () => { Put(Made.Rows(), new Closed[1]); return "stored"; });
        Try("door", () => Door());
        Try("place", () => Place());
        Try("new", () => New());
        Try("is", () => Is(Made.Shape()));
        Try("call", () => Call(new Somebody()));
        Try("size", () => Size());
        Try("inherited", () => Inherited());
        Try("alone", () => Alone());
    }
}
END
    # A compiler of C# names the class that has the method.
    cat >hidden.il <<'END'
.assembly extern mscorlib {}
.assembly extern relied {}
.assembly hidden {}
.class public abstract sealed Hidden extends [mscorlib]System.Object
{
  .method public static int32 Number() cil managed noinlining
  {
    newobj instance void [relied]Derived::.ctor()
    call instance int32 [relied]Derived::Number()
    ret
  }
}
END
    mcs -nologo -target:library -out:relied.dll relied.cs &&
        ilasm /quiet /dll /output:hidden.dll hidden.il >/dev/null &&
        mcs -nologo -unsafe -r:relied.dll -r:hidden.dll -out:relying.exe relying.cs
    run "$CROSSGEN" hidden.dll relying.exe
    mkdir -p relied.before
    cp -p relied.dll hidden.dll hidden.dll.r2r relying.exe relying.exe.r2r relied.before
}

# Methods by name that explain refuses of an image; the lambdas of Main are left out.
reliance_refused()
{
    "$INSPECT" explain "$1" | sed -n 's/^  \([A-Za-z]*:[A-Za-z]*\): method\.\([a-z]*\):.*/\1.\2/p' |
        sort -u | tr '\n' ' '
}

# reliance_case TITLE SED LINE REFUSED...: with the library changed by SED, the program says LINE,
# in all modes, and exactly the methods REFUSED are, for those reasons.
reliance_case()
{
    local title="reliance: $1" sed=$2 line=$3 mode refused
    shift 3
    cp -p relied.before/* .
    sed "$sed" relied.cs >changed.cs
    mcs -nologo -warn:0 -target:library -out:relied.dll changed.cs
    for mode in interp aot mixed; do
        run "$CODICIL" --no-cache --mode=$mode relying.exe
        check "$title, $mode" "$code == 0 && $(grep -cx "$line" out) == 1"
    done
    refused=$(reliance_refused relying.exe)$(reliance_refused hidden.dll)
    same "$title: refused are these alone" <(echo ${refused:-none}) <(echo ${*:-none})
}

reliance()
{
    selected "reliance" || return
    reliance_sources
    run "$INSPECT" explain --verify relying.exe
    check "reliance: the image says all that its methods rely on" "$code == 0"
    run "$INSPECT" explain --verify hidden.dll
    check "reliance: that of a library does" "$code == 0"

    reliance_case "a structure that is passed and not used" 's/long a, b;/long a, b, c;/' \
        "second: 304" Program:Fail.layout Program:Second.layout Program:Size.layout
    check "reliance: a result that never comes" "$(grep -cx 'fail: words' out) == 1"
    check "reliance: a size that became a constant" "$(grep -cx 'size: 24' out) == 1"
    reliance_case "a class that was sealed" \
        's/public sealed class Closed { }/public class Closed { }/; $s/$/ class Opened : Closed { }/
         s/new Closed\[2\]\[\]/new Opened[2][]/' \
        "put: ArrayTypeMismatchException" Program:Put.sealed
    reliance_case "a method that is hidden by now" 's/public static int Open/internal static int Open/' \
        "door: MethodAccessException" Program:Door.names
    reliance_case "a field that is hidden by now" 's/public static int Place/internal static int Place/' \
        "place: FieldAccessException" Program:Place.names
    reliance_case "a class that is abstract by now" 's/public class Thing/public abstract class Thing/' \
        "new: Me[a-z]*AccessException" Program:New.body
    reliance_case "a class that is a structure by now" 's/public class Shape/public struct Shape/' \
        "is: True" Program:Is.names
    reliance_case "an interface that is a class by now" \
        's/public interface Named { string/public abstract class Named { public abstract string/
         s/public virtual string/public override string/' \
        "call: somebody" Program:Call.names
    reliance_case "a method of a base class that the class has by now" \
        's/Derived : Base { }/Derived : Base { public new int Number() { return 7; } }/' \
        "inherited: 7" Hidden:Number.names
    reliance_case "something else" 's/Red, Green/Red, Green, Blue/' "alone: 45"
}

# Each fact of some methods is left out in turn, under hashes that are right.
reliance_dropped()
{
    selected "reliance" || return
    local method n told=0 count=0
    cp -p relied.before/* .
    for method in Program:Put Program:Size Program:Second Program:Is; do
        for n in 1 2 3 4 5 6; do
            "$ROOT/build/tools/dropfact" relied.before/relying.exe.r2r relying.exe.r2r $method $n ||
                break
            count=$((count + 1))
            run "$INSPECT" explain relying.exe
            [ $code = 0 ] || fail "reliance: $method without fact $n does not open"
            run "$INSPECT" explain --verify relying.exe
            [ $code = 1 ] && [ "$(grep -c "^  $method: method.facts: wanted" out)" = 1 ] &&
                told=$((told + 1))
        done
    done
    check "reliance: a fact that an image does not say is missed" "$count >= 8 && $told == $count"
    run "$INSPECT" methods --verify relying.exe
    check "reliance: methods tells it, too" "$(grep -c 'rejected.*method.facts' out) == 1"
}

reliance
reliance_dropped
