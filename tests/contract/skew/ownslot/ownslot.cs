using System;

static class Program
{
    static int OfM(Owner owner) { return owner.M(); }
    static int OfN(Owner owner) { return owner.N(); }

    static void Main()
    {
        Owner owner = new Owner();
        Console.WriteLine(OfM(owner) + " " + OfN(owner));
    }
}
