// Results of overrides that are more derived than those of what they override: all slots
// of the chain run the last of them.
using System;

class Animal { public virtual Animal Self() => this; public virtual object Food() => "anything"; public override string ToString() => GetType().Name; }
class Cat : Animal { public override Cat Self() => new Cat(); public override string Food() => "fish"; }
class Tabby : Cat { public override Tabby Self() => new Tabby(); public override string Food() => "fresh " + base.Food(); }
class Old : Tabby { public sealed override Old Self() => new Old(); }
class Kitten : Old { public override string Food() => "milk"; }
abstract class Maker<T> { public abstract object Make(); public virtual Maker<T> Next() => this; }
class Texts<T> : Maker<T> { public override string Make() => "text of " + typeof(T).Name; public override Texts<T> Next() => new Texts<T>(); }
class More<T> : Texts<T> { public override string Make() => "more " + base.Make(); public override More<T> Next() => new More<T>(); }
class Parent { public virtual object Value => "parent"; public virtual Animal Pet => new Animal(); }
class Child<T> : Parent where T : class { public override T Value => null; }
class Grandchild<T> : Child<T> where T : class { public override T Value => base.Value; }
class Owner<T> : Parent where T : Cat, new() { public override T Pet => new T(); }
interface INamed { object Name { get; } }
class Named : INamed { public virtual object Name => "named"; }
class Renamed : Named { public override string Name => "renamed"; }

static class Program
{
    static string AsAnimal(Animal a) => a.Self() + " " + a.Food();
    static string AsCat(Cat a) => a.Self() + " " + a.Food();
    static string AsTabby(Tabby a) => a.Self() + " " + a.Food();
    static string AsMaker<T>(Maker<T> m) => m.Make() + " " + m.Next().Make();
    static string AsTexts<T>(Texts<T> m) => m.Make() + " " + m.Next().Make();

    static void Main()
    {
        Animal[] all = { new Animal(), new Cat(), new Tabby(), new Old(), new Kitten() };
        foreach (Animal a in all)
            Console.WriteLine(AsAnimal(a) + (a is Cat c ? ", " + AsCat(c) : "") + (a is Tabby t ? ", " + AsTabby(t) : ""));
        Console.WriteLine(AsMaker(new Texts<int>()) + ", " + AsMaker(new More<int>()) + ", " + AsTexts(new More<int>()));
        Console.WriteLine(AsMaker(new Texts<string>()) + ", " + AsMaker(new More<string>()) + ", " +
                          AsTexts(new More<string>()));
        Parent[] parents = { new Parent(), new Child<string>(), new Grandchild<Parent>(), new Owner<Cat>(), new Owner<Tabby>() };
        foreach (Parent p in parents)
            Console.WriteLine((p.Value ?? "null") + " " + p.Pet);
        INamed named = new Renamed();
        Func<Animal> self = new Old().Self;
        Console.WriteLine(named.Name + " " + ((Named)named).Name + " " + self());
    }
}
