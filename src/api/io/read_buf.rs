//! A buffer that is read into, part of which may never have been written.
//!
//! ```text
//!   ├── filled ──┤                         what was read
//!   ├────── initialized ──────┤            what holds bytes of some value
//!   ├─────────────── capacity ───────────────────┤
//!                └──────────── unfilled ─────────┘
//! ```
//!
//! # What every `unsafe` here relies on
//!
//! * `filled <= initialized <= memory.len()`, in each method before and after.
//! * The first `initialized` bytes of `memory` hold values. Nothing here makes a byte uninitialised again, and who gets
//!   `memory` through an `unsafe` method has promised not to.
//!
//! The fields are private, so this file is all there is to read.

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

use bytes::BufMut;
use bytes::buf::UninitSlice;

/// A buffer for [`AsyncRead::poll_read`](super::AsyncRead::poll_read), which keeps count of what is filled and what is
/// initialized. So memory that was never written can be read into, and is written once.
///
/// ```
/// use std::mem::MaybeUninit;
///
/// use reweave::io::ReadBuf;
///
/// let mut memory = [MaybeUninit::uninit(); 8];
/// let mut buffer = ReadBuf::uninit(&mut memory);
/// buffer.put_slice(b"ping");
/// assert_eq!(buffer.filled(), b"ping");
/// assert_eq!(buffer.remaining(), 4);
/// ```
pub struct ReadBuf<'a> {
    memory: &'a mut [MaybeUninit<u8>],
    filled: usize,
    initialized: usize,
}

impl<'a> ReadBuf<'a> {
    /// An empty buffer in memory that holds values, all of it.
    pub fn new(buf: &'a mut [u8]) -> ReadBuf<'a> {
        let initialized = buf.len();
        // SAFETY: the two have one layout. Through this buffer only values are written, never "nothing".
        let memory = unsafe { &mut *(ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) };
        ReadBuf {
            memory,
            filled: 0,
            initialized,
        }
    }

    /// An empty buffer in memory of which nothing is known.
    pub fn uninit(buf: &'a mut [MaybeUninit<u8>]) -> ReadBuf<'a> {
        ReadBuf {
            memory: buf,
            filled: 0,
            initialized: 0,
        }
    }

    /// How many bytes fit in all.
    pub fn capacity(&self) -> usize {
        self.memory.len()
    }

    /// How many bytes still fit.
    pub fn remaining(&self) -> usize {
        self.memory.len() - self.filled
    }

    /// What was filled.
    pub fn filled(&self) -> &[u8] {
        &self.initialized()[..self.filled]
    }

    /// What was filled, to change it.
    pub fn filled_mut(&mut self) -> &mut [u8] {
        let filled = self.filled;
        &mut self.initialized_mut()[..filled]
    }

    /// What holds values: what was filled, and perhaps more.
    pub fn initialized(&self) -> &[u8] {
        // SAFETY: the first `initialized` bytes hold values.
        unsafe { values(&self.memory[..self.initialized]) }
    }

    /// What holds values, to change it.
    pub fn initialized_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `initialized`.
        unsafe { values_mut(&mut self.memory[..self.initialized]) }
    }

    /// A buffer in the unfilled part of this one, of `n` bytes or as many as remain. What is filled there is not filled
    /// here: tell this buffer by [`assume_init`](ReadBuf::assume_init) and [`advance`](ReadBuf::advance).
    ///
    /// ```
    /// use reweave::io::ReadBuf;
    ///
    /// let mut memory = [0; 8];
    /// let mut buffer = ReadBuf::new(&mut memory);
    /// let mut part = buffer.take(3);
    /// part.put_slice(b"abc");
    /// assert_eq!(part.remaining(), 0);
    /// buffer.advance(3);
    /// assert_eq!(buffer.filled(), b"abc");
    /// ```
    pub fn take(&mut self, n: usize) -> ReadBuf<'_> {
        let size = n.min(self.remaining());
        ReadBuf::uninit(&mut self.memory[self.filled..][..size])
    }

    /// All of the memory.
    ///
    /// # Safety
    ///
    /// A byte that holds a value must go on doing so.
    pub unsafe fn inner_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        self.memory
    }

    /// The memory that is not filled.
    ///
    /// # Safety
    ///
    /// A byte that holds a value must go on doing so.
    pub unsafe fn unfilled_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        &mut self.memory[self.filled..]
    }

    /// The unfilled part, with zeros where nothing was written before.
    pub fn initialize_unfilled(&mut self) -> &mut [u8] {
        self.initialize_unfilled_to(self.remaining())
    }

    /// The first `n` bytes of the unfilled part, with zeros where nothing was written before.
    ///
    /// ```
    /// use std::mem::MaybeUninit;
    ///
    /// use reweave::io::ReadBuf;
    ///
    /// let mut memory = [MaybeUninit::uninit(); 8];
    /// let mut buffer = ReadBuf::uninit(&mut memory);
    /// buffer.initialize_unfilled_to(4)[0] = 7;
    /// buffer.advance(2);
    /// assert_eq!(buffer.filled(), [7, 0]);
    /// assert_eq!(buffer.initialized().len(), 4);
    /// ```
    ///
    /// # Panics
    ///
    /// If fewer than `n` bytes remain.
    #[track_caller]
    pub fn initialize_unfilled_to(&mut self, n: usize) -> &mut [u8] {
        assert!(
            n <= self.remaining(),
            "`n` is {n}, and there is room for {} more",
            self.remaining()
        );
        let end = self.filled + n;
        if let Some(unwritten) = self.memory.get_mut(self.initialized..end) {
            unwritten.fill(MaybeUninit::new(0));
        }
        self.initialized = self.initialized.max(end);
        let start = self.filled;
        &mut self.initialized_mut()[start..end]
    }

    /// Forgets what was filled. What is initialized stays so.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// `n` more bytes are filled.
    ///
    /// # Panics
    ///
    /// If they are not all initialized.
    #[track_caller]
    pub fn advance(&mut self, n: usize) {
        let filled = self.filled.checked_add(n);
        self.set_filled(filled.expect("the number of filled bytes overflows"));
    }

    /// The first `n` bytes are filled, and no more.
    ///
    /// # Panics
    ///
    /// If they are not all initialized.
    #[track_caller]
    pub fn set_filled(&mut self, n: usize) {
        assert!(
            n <= self.initialized,
            "{n} bytes cannot be filled: {} are initialized",
            self.initialized
        );
        self.filled = n;
    }

    /// The first `n` bytes of the unfilled part are initialized.
    ///
    /// # Safety
    ///
    /// They are, and not more than [`remaining`](ReadBuf::remaining).
    pub unsafe fn assume_init(&mut self, n: usize) {
        self.initialized = self.initialized.max(self.filled + n);
    }

    /// Copies bytes into the unfilled part, which then are filled.
    ///
    /// # Panics
    ///
    /// If they do not fit.
    #[track_caller]
    pub fn put_slice(&mut self, buf: &[u8]) {
        let room = self.remaining();
        assert!(
            buf.len() <= room,
            "`buf` has {} bytes, and there is room for {room} more",
            buf.len(),
        );
        let target = &mut self.memory[self.filled..][..buf.len()];
        // SAFETY: `target` is as long as `buf`, and the two cannot overlap: it is borrowed mutably.
        unsafe { ptr::copy_nonoverlapping(buf.as_ptr(), target.as_mut_ptr().cast(), buf.len()) };
        self.filled += buf.len();
        self.initialized = self.initialized.max(self.filled);
    }
}

/// # Safety
///
/// Every byte holds a value.
unsafe fn values(memory: &[MaybeUninit<u8>]) -> &[u8] {
    // SAFETY: one layout; the caller vouches for the values.
    unsafe { &*(ptr::from_ref(memory) as *const [u8]) }
}

/// # Safety
///
/// Every byte holds a value.
unsafe fn values_mut(memory: &mut [MaybeUninit<u8>]) -> &mut [u8] {
    // SAFETY: one layout; the caller vouches for the values, and a `u8` is written over by a `u8`.
    unsafe { &mut *(ptr::from_mut(memory) as *mut [u8]) }
}

// SAFETY: `chunk_mut` is the memory that `remaining_mut` counts, and `advance_mut` moves past what was written there.
unsafe impl BufMut for ReadBuf<'_> {
    fn remaining_mut(&self) -> usize {
        self.remaining()
    }

    unsafe fn advance_mut(&mut self, count: usize) {
        // SAFETY: the caller has written so many bytes of `chunk_mut`.
        unsafe { self.assume_init(count) };
        self.advance(count);
    }

    fn chunk_mut(&mut self) -> &mut UninitSlice {
        // An `UninitSlice` takes values and nothing else, so no byte loses its value.
        UninitSlice::uninit(&mut self.memory[self.filled..])
    }
}

impl fmt::Debug for ReadBuf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBuf")
            .field("filled", &self.filled)
            .field("initialized", &self.initialized)
            .field("capacity", &self.capacity())
            .finish()
    }
}

#[cfg(test)]
mod tests;
