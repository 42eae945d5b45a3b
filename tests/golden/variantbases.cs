// Which implementation of a variant interface is called: that of the lowest class that
// declares a usable one, exact or not (ECMA-335 II.12.2); mono takes the exact one first.
using System;

class Animal { }
class Cat : Animal { }

interface ISource<out T> { string Get(); }
interface ISink<in T> { string Put(); string Flush(); }

class Base : ISource<Animal>, ISink<Animal>
{
    string ISource<Animal>.Get() { return "Base for Animal"; }
    string ISink<Animal>.Put() { return "Base puts Animal"; }
    public virtual string Flush() { return "Base flushes"; }
}

class Derived : Base, ISource<Cat>
{
    string ISource<Cat>.Get() { return "Derived for Cat"; }
    public override string Flush() { return "Derived flushes"; }
}

class Lowest : Derived, ISink<object>
{
    string ISink<object>.Put() { return "Lowest puts object"; }
}

class Again : Derived, ISource<Animal>
{
    string ISource<Animal>.Get() { return "Again for Animal"; }
}

class Both : ISource<Cat>, ISource<string>
{
    string ISource<Cat>.Get() { return "Both for Cat"; }
    string ISource<string>.Get() { return "Both for string"; }
}

// The interfaces of a definition that are one in an instantiation: the lower class counts.
class Root<T> : ISource<T>
{
    string ISource<T>.Get() { return "Root"; }
}

class Middle<T> : Root<T>, ISource<Cat>
{
    string ISource<Cat>.Get() { return "Middle"; }
}

class Leaf<T> : Middle<T>
{
}

static class VariantBases
{
    static void Show<T>(string name, ISource<T> source)
    {
        Func<string> get = source.Get;
        Console.WriteLine("{0} as a source of {1}: {2}, {3}", name, typeof(T).Name,
                          source.Get(), get());
    }

    static void Fill<T>(string name, ISink<T> sink)
    {
        Console.WriteLine("{0} as a sink of {1}: {2}, {3}", name, typeof(T).Name, sink.Put(),
                          sink.Flush());
    }

    static void Main()
    {
        Show<Animal>("Base", new Base());
        Show<object>("Base", new Base());
        Show<Cat>("Derived", new Derived());
        Show<Animal>("Derived", new Derived());
        Show<object>("Derived", new Derived());
        Show<Animal>("Again", new Again());
        Show<Cat>("Again", new Again());
        Show<object>("Again", new Again());
        Show<object>("Both", new Both());
        Show<string>("Both", new Both());
        Fill<Animal>("Derived", new Derived());
        Fill<Cat>("Derived", new Derived());
        Fill<Animal>("Lowest", new Lowest());
        Fill<Cat>("Lowest", new Lowest());
        Fill<object>("Lowest", new Lowest());
        Show<Cat>("Root<Cat>", new Root<Cat>());
        Show<Cat>("Middle<Cat>", new Middle<Cat>());
        Show<Cat>("Leaf<Cat>", new Leaf<Cat>());
        Show<Animal>("Leaf<Animal>", new Leaf<Animal>());
        Show<string>("Leaf<string>", new Leaf<string>());
    }
}
