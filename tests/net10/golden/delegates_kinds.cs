// Delegates of all kinds: what they call, their Method and Target, equality, lists, and those
// that reflection binds.
using System.Reflection;

class Animal { public string Name = "animal"; public virtual string Speak(string to) => Name + " to " + to; public string Plain(int n) => Name + n; public static string Static(Animal a, int n) => a?.Name + "/" + n; }
class Dog : Animal { public Dog() { Name = "dog"; } public override string Speak(string to) => "woof " + to; }
struct Counter { public int N; public int Next(int by) => N += by; public override string ToString() => "counter" + N; }
interface ITalk { string Talk(); }
class Talker : ITalk { string ITalk.Talk() => "talk"; }
class Gen<T> { public string Show(T t) => typeof(T).Name + t; public static string Of(T t) => "of " + t; public string Both<U>(T t, U u) => t + "+" + u; }
delegate string OpenSpeak(Animal a, string to);
delegate int OpenNext(ref Counter c, int by);
delegate string Relaxed(Dog d);
delegate object Covariant(string s);
static class Extensions { public static string Ext(this string s, int n) => s + n; }
static class Prog
{
    static string Relax(Animal a) => a.Name;
    static string Cov(object o) => "cov" + o;
    static void Show(string name, Delegate d) => Console.WriteLine($"{name}: {d.Method} of {d.Method.DeclaringType} target {d.Target ?? "none"}");
    static void Try(string name, Action action)
    {
        try { action(); }
        catch (Exception e)
        {
            while (e is TargetInvocationException && e.InnerException != null) e = e.InnerException;
            Console.WriteLine($"{name}: {e.GetType().Name}: {e.Message}");
        }
    }

    static void Main()
    {
        var dog = new Dog();
        Func<string, string> closed = dog.Speak; Show("closed", closed); Console.WriteLine(closed("you"));
        Func<Animal, int, string> open = Animal.Static; Show("static", open); Console.WriteLine(open(dog, 1));
        Func<int, string> ext = "e".Ext; Show("extension", ext); Console.WriteLine(ext(5));
        Func<string> talk = ((ITalk)new Talker()).Talk; Show("interface", talk); Console.WriteLine(talk());
        var counter = new Counter { N = 10 };
        Func<int, int> next = counter.Next; Show("struct", next); Console.WriteLine(next(1) + " " + next(1) + " " + counter.N);
        Func<string, string> gen = new Gen<string>().Show; Show("generic", gen); Console.WriteLine(gen("x"));
        Func<int, string> genInt = Gen<int>.Of; Show("generic static", genInt); Console.WriteLine(genInt(3));
        Func<string, long, string> both = new Gen<string>().Both<long>; Show("generic method", both); Console.WriteLine(both("a", 2));
        Func<object, string> variant = Cov; Func<string, object> varied = variant; Console.WriteLine(varied("v") + " " + ReferenceEquals(varied, variant));

        var speak = (OpenSpeak)Delegate.CreateDelegate(typeof(OpenSpeak), typeof(Animal).GetMethod("Speak"));
        Show("open virtual", speak); Console.WriteLine(speak(new Animal(), "a") + ", " + speak(dog, "b"));
        var openNext = (OpenNext)Delegate.CreateDelegate(typeof(OpenNext), typeof(Counter).GetMethod("Next"));
        Console.WriteLine(openNext(ref counter, 5) + " " + counter.N); Show("open struct", openNext);
        var overBox = (Func<int, int>)Delegate.CreateDelegate(typeof(Func<int, int>), counter, typeof(Counter).GetMethod("Next"));
        Console.WriteLine(overBox(100) + " " + overBox(100) + " " + counter.N);
        var nullClosed = (Func<int, string>)Delegate.CreateDelegate(typeof(Func<int, string>), null, typeof(Animal).GetMethod("Static"));
        Console.WriteLine(nullClosed(7) + " " + (nullClosed.Target == null));
        Console.WriteLine(((Relaxed)Delegate.CreateDelegate(typeof(Relaxed), typeof(Prog).GetMethod("Relax", BindingFlags.NonPublic | BindingFlags.Static)))(dog));
        Console.WriteLine(((Covariant)Delegate.CreateDelegate(typeof(Covariant), typeof(Prog).GetMethod("Cov", BindingFlags.NonPublic | BindingFlags.Static)))("w"));
        Console.WriteLine(((Func<string, string>)Delegate.CreateDelegate(typeof(Func<string, string>), dog, "speak", true))("named"));
        Console.WriteLine(typeof(Gen<string>).GetMethod("Show").CreateDelegate<Func<string, string>>(new Gen<string>())("made"));
        Console.WriteLine(typeof(Animal).GetMethod("Speak").CreateDelegate<Func<string, string>>(dog)("virt"));
        Try("wrong", () => Delegate.CreateDelegate(typeof(Func<int>), dog, typeof(Animal).GetMethod("Speak")));
        Try("no name", () => Delegate.CreateDelegate(typeof(Action), dog, "Nothing"));
        Console.WriteLine(Delegate.CreateDelegate(typeof(Action), dog, "Nothing", false, false) == null);
        Try("null instance", () => { Animal none = null; Func<int, string> f = none.Plain; });
        Try("open generic", () => Delegate.CreateDelegate(typeof(Func<int, string>), typeof(Gen<>).GetMethod("Of")));

        Action a = () => Console.Write("a "), b = () => Console.Write("b "), c = () => Console.Write("c ");
        var ab = a + b; var abc = ab + c; abc(); Console.WriteLine(abc.GetInvocationList().Length);
        (abc - b)(); ((abc + ab) - ab)(); Console.WriteLine((abc - ab) == c); Console.WriteLine((ab - ab) == null);
        Console.WriteLine(ab == a + b); Console.WriteLine(ab.Equals(abc)); Console.WriteLine(ab.GetHashCode() == (a + b).GetHashCode());
        foreach (var d in Delegate.EnumerateInvocationList(abc)) d(); Console.WriteLine(abc.HasSingleTarget + " " + a.HasSingleTarget);
        Func<int> one = () => 1, two = () => 2; Console.WriteLine((one + two)());
        Try("in list", () => (a + (() => throw new InvalidOperationException("second")) + c)());

        Console.WriteLine(closed == dog.Speak && closed.Equals((Func<string, string>)dog.Speak));
        Console.WriteLine(closed == new Dog().Speak); Console.WriteLine(open.Equals((Func<Animal, int, string>)Animal.Static));
        Console.WriteLine(closed.DynamicInvoke("dyn") + " " + open.DynamicInvoke(dog, 2) + " " + genInt.DynamicInvoke(4));
        Try("dynamic count", () => closed.DynamicInvoke());
        Try("dynamic type", () => closed.DynamicInvoke(5));
        Console.WriteLine(((Delegate)closed.Clone()).Equals(closed));
        Console.WriteLine(typeof(Func<string, string>).GetMethod("Invoke").Invoke(closed, new object[] { "inv" }));
        Console.WriteLine(ab.Method == b.Method); Console.WriteLine(abc.Target == c.Target);
        var ctor = (Func<string, string>)typeof(Func<string, string>).GetConstructors()[0].Invoke(new object[] { dog, typeof(Dog).GetMethod("Speak").MethodHandle.GetFunctionPointer() });
        Console.WriteLine(ctor("ctor") + " " + ctor.Method);
    }
}
