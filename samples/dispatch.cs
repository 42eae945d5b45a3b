// Every way of a call: virtual, interface, delegate, closure, iterator, operator.
using System;
using System.Collections;
using System.Collections.Generic;

interface IAnimal
{
    string Name { get; }
    string Speak();
}

interface ILoud
{
    string Speak();
}

abstract class Animal : IAnimal
{
    public string Name { get; private set; }

    protected Animal(string name)
    {
        Name = name;
    }

    public abstract string Speak();

    public virtual string Describe()
    {
        return Name + " says " + Speak();
    }
}

class Dog : Animal, ILoud
{
    public Dog(string name) : base(name) { }

    public override string Speak()
    {
        return "woof";
    }

    string ILoud.Speak()
    {
        return "WOOF";
    }
}

sealed class Puppy : Dog
{
    public Puppy(string name) : base(name) { }

    public override string Describe()
    {
        return base.Describe() + ", quietly";
    }

    public new string Speak() // hides, does not override
    {
        return "wif";
    }
}

struct Counter : IEnumerable<int>
{
    readonly int limit;

    public Counter(int limit)
    {
        this.limit = limit;
    }

    public IEnumerator<int> GetEnumerator()
    {
        try {
            for (int i = 0; i < limit; i++)
                yield return i;
        } finally {
            Console.Write("[disposed] ");
        }
    }

    IEnumerator IEnumerable.GetEnumerator()
    {
        return GetEnumerator();
    }

    public static Counter operator +(Counter a, Counter b)
    {
        return new Counter(a.limit + b.limit);
    }

    public int this[int i] { get { return i * limit; } }
}

class Publisher
{
    public event EventHandler<EventArgs> Changed;
    public event Action<string> Said;

    public void Say(string text)
    {
        if (Said != null)
            Said(text);
        if (Changed != null)
            Changed(this, EventArgs.Empty);
    }
}

static class Dispatch
{
    delegate int Operation(int a, int b);

    static int Add(int a, int b)
    {
        return a + b;
    }

    static void Animals()
    {
        Animal[] animals = { new Dog("Rex"), new Puppy("Bit") };
        foreach (Animal animal in animals) {
            IAnimal viaInterface = animal;
            Console.WriteLine("{0}; {1}; {2}", animal.Describe(), viaInterface.Speak(),
                              ((ILoud)animal).Speak());
        }
        Console.WriteLine(((Puppy)animals[1]).Speak());
        object o = animals[0];
        Console.WriteLine("{0} {1} {2}", o is ILoud, o is Puppy, (o as Puppy) == null);
    }

    static void Delegates()
    {
        Operation add = Add, multiply = (a, b) => a * b;
        Console.WriteLine("{0} {1}", add(3, 4), multiply(3, 4));
        Operation both = add + multiply;
        Console.WriteLine("{0} {1}", both(5, 6), both.GetInvocationList().Length);
        both -= multiply;
        Console.WriteLine("{0} {1}", both(5, 6), both == add);
        Func<int, Func<int, int>> curried = a => b => a - b;
        Console.WriteLine(curried(10)(3));
        Func<string> bound = "instance".ToUpperInvariant;
        Console.WriteLine(bound());
        var publisher = new Publisher();
        int count = 0;
        publisher.Said += text => Console.WriteLine("heard {0}", text);
        publisher.Changed += (sender, e) => count += sender == publisher ? 1 : 100;
        publisher.Say("one");
        publisher.Say("two");
        Console.WriteLine(count);
    }

    static void Closures()
    {
        var actions = new List<Action>();
        int shared = 0;
        for (int i = 0; i < 3; i++) {
            int own = i * 10;
            actions.Add(() => { shared += own; own++; Console.Write("{0}/{1} ", own, shared); });
        }
        foreach (Action action in actions)
            action();
        foreach (Action action in actions)
            action();
        Console.WriteLine();
        Func<int, int> fibonacci = null;
        fibonacci = n => n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
        Console.WriteLine(fibonacci(12));
    }

    static IEnumerable<string> Lines(int depth)
    {
        yield return new string('-', depth);
        if (depth > 0)
            foreach (string line in Lines(depth - 1))
                yield return "+" + line;
    }

    static void Iterators()
    {
        foreach (int i in new Counter(3) + new Counter(2)) {
            if (i == 4)
                break;
            Console.Write("{0} ", i);
        }
        Console.WriteLine(new Counter(6)[7]);
        Console.WriteLine(string.Join(" ", Lines(3)));
    }

    static void Main()
    {
        Animals();
        Delegates();
        Closures();
        Iterators();
    }
}
