// Calls through constraints change the value where it lies, also in code that is shared by
// references and does not know which interface it calls: interfaces over a reference, several
// of one definition, generic methods, defaults, inherited methods, fields of state machines.
using System.Runtime.CompilerServices;

interface IState<T> { int Step(T by); T Last { get; } }
interface ICounter { void Count<T>(T what); int Total { get; } }
interface IDefault<T> { string Name(T of) => "default of " + GetType().Name + " " + of; void Touch(T with); }

struct State : IState<string>
{
    int steps;
    string last;
    public int Step(string by) { last = by; return ++steps; }
    public string Last => last + steps;
}

struct Both : IState<string>, IState<Version>
{
    int first, second;
    string one;
    Version two;
    int IState<string>.Step(string by) { one = by; return ++first; }
    int IState<Version>.Step(Version by) { two = by; return second += 10; }
    string IState<string>.Last => one;
    Version IState<Version>.Last => two;
    public override string ToString() => $"{first} {second} {one} {two}";
}

struct Mixed<T> : IState<T[]>, IState<string>
{
    int first, second;
    int IState<T[]>.Step(T[] by) => ++first;
    int IState<string>.Step(string by) => second += 10;
    T[] IState<T[]>.Last => null;
    string IState<string>.Last => "mixed";
    public override string ToString() => first + " " + second;
}

struct Counter : ICounter
{
    int total;
    string names;
    public void Count<T>(T what) { total++; names += typeof(T).Name + ";"; }
    public int Total => total;
    public override string ToString() => names + total;
}

struct Touched : IDefault<string>, IDefault<object>
{
    int strings, objects;
    void IDefault<string>.Touch(string with) => strings++;
    void IDefault<object>.Touch(object with) => objects++;
    public override string ToString() => strings + " " + objects;
}

class Machine<TState, T> where TState : struct, IState<T>
{
    TState state;
    public async Task<string> Run(TState from, T by)
    {
        try
        {
            for (int i = 0; i < 3; i++)
            {
                from.Step(by);
                await Task.Yield();
                Step(ref from, by);
            }
            state = from;
            state.Step(by);
        }
        finally
        {
            from.Step(by);
        }
        return from.Step(by) + " " + state.Step(by) + " " + from.Last;
    }
    static void Step(ref TState state, T by) => state.Step(by);
}

static class Program
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Twice<TState, T>(ref TState state, T by) where TState : struct, IState<T> => state.Step(by) + state.Step(by);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Copied<TState, T>(TState state, T by) where TState : IState<T>
    {
        state.Step(by);
        return state.Step(by);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void CountAll<TCounter, T>(ref TCounter counter, T[] all) where TCounter : ICounter
    {
        foreach (T one in all)
        {
            counter.Count(one);
            counter.Count(all);
        }
        counter.Count(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Touch<TValue, T>(ref TValue value, T with) where TValue : IDefault<T>
    {
        value.Touch(with);
        return value.Name(with);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Pair<T, U>(T one, U two)
    {
        var both = new Both();
        if (one is string text && two is Version version)
        {
            Twice(ref both, text);
            Twice(ref both, version);
            Twice(ref both, version);
        }
        return both.ToString();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Mix<T>(T one)
    {
        var mixed = new Mixed<T>();
        Twice<Mixed<T>, T[]>(ref mixed, new[] { one });
        Twice<Mixed<T>, string>(ref mixed, "s");
        Twice<Mixed<T>, string>(ref mixed, "s");
        return mixed.ToString();
    }

    static void Main()
    {
        var state = new State();
        Console.WriteLine(Twice(ref state, "a") + " " + Twice(ref state, "b") + " " + state.Last);
        Console.WriteLine(Copied(state, "c") + " " + state.Last);
        Console.WriteLine(Pair("x", new Version(1, 2)));
        Console.WriteLine(Mix(new Version(1, 2)) + " " + Mix(1.5));
        var counter = new Counter();
        CountAll(ref counter, new[] { "a", "b" });
        CountAll(ref counter, new[] { 1 });
        Console.WriteLine(counter + " " + counter.Total);
        var touched = new Touched();
        Console.WriteLine(Touch(ref touched, "text") + ", " + Touch(ref touched, (object)7) + ", " + touched);
        Console.WriteLine(new Machine<State, string>().Run(state, "m").Result);
        Console.WriteLine(new Machine<Both, Version>().Run(default, new Version(3, 4)).Result);
    }
}
